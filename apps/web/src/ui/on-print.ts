/**
 * Calls back before the page is printed and after it. Not every way to print tells both: what the page is shown on does.
 *
 * @returns what ends it
 */
export function onPrint(before: () => void, after: () => void): () => void {
  const paper = matchMedia('print')
  const follow = (): void => {
    if (paper.matches) before()
    else after()
  }
  window.addEventListener('beforeprint', before)
  window.addEventListener('afterprint', after)
  paper.addEventListener('change', follow)
  return () => {
    window.removeEventListener('beforeprint', before)
    window.removeEventListener('afterprint', after)
    paper.removeEventListener('change', follow)
  }
}
