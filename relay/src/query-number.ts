/** A u32 in its one decimal spelling; undefined for anything else. */
export function parseSeq(text: string | undefined): number | undefined {
  if (text === undefined || !/^(0|[1-9][0-9]{0,9})$/.test(text)) return undefined
  const seq = Number(text)
  return seq <= 0xffffffff ? seq : undefined
}
