/** Chromium's offer to install, which TypeScript's DOM library does not describe. */
interface InstallPromptEvent extends Event {
  prompt(): Promise<unknown>
}

/** Systems whose way to install differs. */
export type InstallSystem = 'ios' | 'android' | 'desktop'

/** How Salus gets to the home screen on this device. */
class Install {
  isInstalled = $state(false)
  canPrompt = $state(false)
  /** Apple's phones and tablets: only an installed app keeps its data there, and only the share menu installs. */
  readonly needsShareMenu = /iPhone|iPad|iPod/.test(navigator.userAgent) || isTabletPosingAsMac()
  readonly system: InstallSystem = this.needsShareMenu
    ? 'ios'
    : navigator.userAgent.includes('Android')
      ? 'android'
      : 'desktop'
  #prompt: InstallPromptEvent | undefined

  start(): void {
    const standalone = matchMedia('(display-mode: standalone)')
    this.isInstalled = standalone.matches
    standalone.addEventListener('change', (event) => (this.isInstalled = event.matches))
    window.addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault()
      // The event of this name is the one with `prompt`.
      this.#prompt = event as InstallPromptEvent
      this.canPrompt = true
    })
    window.addEventListener('appinstalled', () => {
      this.canPrompt = false
    })
  }

  async prompt(): Promise<void> {
    await this.#prompt?.prompt()
    this.canPrompt = false
  }
}

export const install = new Install()

function isTabletPosingAsMac(): boolean {
  return navigator.userAgent.includes('Macintosh') && navigator.maxTouchPoints > 1
}
