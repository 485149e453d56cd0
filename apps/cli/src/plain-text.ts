/** What a terminal takes for a command, and marks that turn the direction of what follows. */
const CONTROL = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** Text out of somebody's file, with nothing in it that could steer the terminal it is shown on. */
export function plainText(text: string): string {
  return text.replace(CONTROL, '\ufffd')
}
