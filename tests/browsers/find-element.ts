/** A CSS selector, or what a person would go by. Text matches whole (white space aside); the first visible one wins. */
export type Target =
  string | { readonly text: string } | { readonly label: string } | { readonly role: string; readonly name?: string }

/**
 * Finds the element that a {@link Target} means. It runs inside the page from its own source text, so it can use
 * nothing from around it. Roles and names are the simple cases of HTML-AAM and accname, enough for our own markup.
 */
export function findElement(target: Target): Element | null {
  const implicitRoles: Record<string, string> = {
    button: 'button, input[type=button], input[type=submit], summary',
    link: 'a[href]',
    heading: 'h1, h2, h3, h4, h5, h6',
    textbox: 'input:not([type]), input[type=text], input[type=password], input[type=url], input[type=email], textarea',
    searchbox: 'input[type=search]',
    spinbutton: 'input[type=number]',
    checkbox: 'input[type=checkbox]',
    radio: 'input[type=radio]',
    combobox: 'select, input[list]',
    option: 'option',
    dialog: 'dialog',
    navigation: 'nav',
    main: 'main',
    form: 'form',
    list: 'ul, ol',
    listitem: 'li',
    table: 'table',
    row: 'tr',
    img: 'img, svg',
  }
  const normal = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim()
  const isVisible = (element: Element) => element.getClientRects().length > 0
  const nameOf = (element: Element): string => {
    const labelledBy = element.getAttribute('aria-labelledby')
    if (labelledBy !== null) {
      return normal(
        labelledBy
          .split(/\s+/)
          .map((id) => document.getElementById(id)?.textContent)
          .join(' '),
      )
    }
    const label = element.getAttribute('aria-label')
    if (label !== null) return normal(label)
    if ('labels' in element && element.labels instanceof NodeList && element.labels.length > 0) {
      return normal([...element.labels].map((node) => node.textContent).join(' '))
    }
    const text = normal(element.textContent)
    return text !== '' ? text : normal(element.getAttribute('title') ?? element.getAttribute('placeholder'))
  }
  const first = (candidates: Iterable<Element>, fits: (element: Element) => boolean) =>
    [...candidates].find((element) => isVisible(element) && fits(element)) ?? null

  if (typeof target === 'string') return document.querySelector(target)
  if ('label' in target) {
    const wanted = normal(target.label)
    return first(
      document.querySelectorAll('input, select, textarea, [role], [aria-label]'),
      (it) => nameOf(it) === wanted,
    )
  }
  if ('role' in target) {
    const implicit = implicitRoles[target.role]
    const explicit = `[role="${target.role}"]`
    const wanted = target.name === undefined ? undefined : normal(target.name)
    return first(
      document.querySelectorAll(implicit === undefined ? explicit : `${implicit}, ${explicit}`),
      (it) => wanted === undefined || nameOf(it) === wanted,
    )
  }
  const wanted = normal(target.text)
  // In document order a parent comes before its children: the last of a chain is the one that holds the text itself.
  return first(
    document.querySelectorAll('body *'),
    (it) =>
      normal(it.textContent) === wanted && ![...it.children].some((child) => normal(child.textContent) === wanted),
  )
}
