/** Whether there is room for a list and its detail side by side; the same limit as in the styles. */
class Layout {
  isWide = $state(false)

  start(): void {
    const wide = matchMedia('(min-width: 900px)')
    this.isWide = wide.matches
    wide.addEventListener('change', (event) => {
      // Paper is narrower, and what is half typed on the screen is not to go for that.
      if (!matchMedia('print').matches) this.isWide = event.matches
    })
  }
}

export const layout = new Layout()
