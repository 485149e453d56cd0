import encodeQr from 'qr'

/** Bright modules around a code (ISO/IEC 18004 §6.3.8). */
const QUIET_MODULES = 4

/** A QR code as a self-contained picture of black on white; its only words are the label. */
export function qrSvg(text: string, label: string): string {
  const rows = encodeQr(text, 'raw', { ecc: 'medium', border: QUIET_MODULES })
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return `<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${rows.length} ${rows.length}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d="${path}" fill="#000"/></svg>`
}

/** A QR code for a terminal, two modules in each character; colours are set, so that dark terminals show it too. */
export function qrForTerminal(text: string): string {
  const rows = encodeQr(text, 'raw', { ecc: 'low', border: 2 })
  const lines: string[] = []
  for (let y = 0; y < rows.length; y += 2) {
    const line = rows[y]?.map((isTop, x) => halfBlocks(isTop, rows[y + 1]?.[x] ?? false)).join('') ?? ''
    lines.push(`\x1b[30;107m${line}\x1b[0m`)
  }
  return lines.join('\n')
}

function halfBlocks(isTop: boolean, isBottom: boolean): string {
  if (isTop) return isBottom ? '█' : '▀'
  return isBottom ? '▄' : ' '
}
