/** A place in the unlocked app that needs no record's address. */
export interface Screen {
  /** Names its picture. */
  readonly name: string
  readonly path: string
}

/** Every screen of the unlocked app but a marker's and a result's: pictured, and looked at by axe. */
export const SCREENS: readonly Screen[] = [
  { name: 'today', path: '/' },
  { name: 'dose', path: '/dose' },
  { name: 'check-ins', path: '/check-ins' },
  { name: 'labs', path: '/labs' },
  { name: 'panel', path: '/labs/panel' },
  { name: 'new-result', path: '/labs/new' },
  { name: 'more', path: '/more' },
  { name: 'import', path: '/import' },
  { name: 'devices', path: '/devices' },
  { name: 'kit', path: '/kit' },
  { name: 'storage', path: '/storage' },
  { name: 'status', path: '/status' },
  { name: 'changes', path: '/changes' },
  { name: 'deleted', path: '/deleted' },
  { name: 'export', path: '/export' },
  { name: 'settings', path: '/settings' },
  { name: 'about', path: '/about' },
  { name: 'not-found', path: '/nowhere' },
]

/** Sizes of the design: a phone, and a desktop where list and detail stand side by side. */
export const SIZES = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desktop', width: 1280, height: 800 },
] as const

export const THEMES = ['light', 'dark'] as const
