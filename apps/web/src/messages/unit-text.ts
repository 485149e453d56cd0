/**
 * A UCUM unit as a report prints it: `ug/dL` → `µg/dL`, `10*9/L` → `10⁹/L`, `m[IU]/L` → `mIU/L`, `{score}` → nothing.
 * For showing only: what is stored and sent stays as it is.
 */
export function unitText(unit: string): string {
  return unit
    .replace(/\/\{([^}]*)\}/g, '/$1')
    .replace(/\{[^}]*\}/g, '')
    .replace(
      /10[*^](\d+)/g,
      (_, power: string) => `10${[...power].map((digit) => SUPERSCRIPTS[Number(digit)] ?? digit).join('')}`,
    )
    .replace(/\[([^\]]*)\]/g, '$1')
    .replace(/(^|[/.])u(?=[a-zA-Z])/g, '$1µ')
    .replace(/(^|[/.])1(?=\/)/g, '$1')
    .replace(/^1$/, '')
    .replace(/^Cel$/, '°C')
    .replace(/(?<=[a-z])2\b/g, '²')
    .replace(/_/g, ' ')
    .trim()
}

/** A number with its unit, as `41 ug/L`, as a report prints it; any other text stays as it is. */
export function quantityText(text: string): string {
  const [, number, unit] = /^([<>≤≥]?=?\s?-?[\d.,]+) (\S+)$/.exec(text) ?? []
  return number === undefined || unit === undefined ? text : `${number} ${unitText(unit)}`.trim()
}

const SUPERSCRIPTS = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']
