/** Where in the app somebody is; each has an address of its own, which works as a deep link. */
export type Route =
  | { readonly name: 'today'; readonly day: string | undefined }
  /** `again` is the dose that the form starts from. */
  | { readonly name: 'doseNew'; readonly day: string | undefined; readonly again?: string }
  | { readonly name: 'dose'; readonly day: string; readonly id: string }
  | { readonly name: 'checkIns' }
  | { readonly name: 'checkIn'; readonly day: string }
  | { readonly name: 'labs' }
  | { readonly name: 'panelNew' }
  | { readonly name: 'resultNew'; readonly series: string | undefined }
  | { readonly name: 'series'; readonly series: string }
  | { readonly name: 'result'; readonly series: string; readonly id: string }
  | { readonly name: 'more' }
  | { readonly name: 'import' }
  | { readonly name: 'devices' }
  | { readonly name: 'status' }
  | { readonly name: 'export' }
  | { readonly name: 'kit' }
  | { readonly name: 'storage' }
  | { readonly name: 'changes' }
  | { readonly name: 'deleted' }
  | { readonly name: 'history'; readonly id: string }
  | { readonly name: 'settings' }
  | { readonly name: 'about' }
  | { readonly name: 'notFound' }

export type Section = 'today' | 'labs' | 'more'

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** Reads an address's path. */
export function parseRoute(path: string): Route {
  const parts = decodeParts(path)
  if (parts === undefined) return { name: 'notFound' }
  const [first, second, third, fourth] = parts
  switch (first) {
    case undefined:
      return { name: 'today', day: undefined }
    case 'dose':
      if (second === undefined) return { name: 'doseNew', day: undefined }
      if (second !== 'again' || third === undefined) return { name: 'notFound' }
      return { name: 'doseNew', day: undefined, again: third }
    case 'check-ins':
      if (second === undefined) return { name: 'checkIns' }
      return DAY.test(second) ? { name: 'checkIn', day: second } : { name: 'notFound' }
    case 'day':
      if (second === undefined || !DAY.test(second)) return { name: 'notFound' }
      if (third === undefined) return { name: 'today', day: second }
      if (third !== 'dose') return { name: 'notFound' }
      return fourth === undefined ? { name: 'doseNew', day: second } : { name: 'dose', day: second, id: fourth }
    case 'labs':
      if (second === undefined) return { name: 'labs' }
      if (second === 'panel') return { name: third === undefined ? 'panelNew' : 'notFound' }
      if (second === 'new') return { name: 'resultNew', series: undefined }
      if (third === undefined) return { name: 'series', series: second }
      return third === 'new' ? { name: 'resultNew', series: second } : { name: 'result', series: second, id: third }
    case 'history':
      return second === undefined || third !== undefined ? { name: 'notFound' } : { name: 'history', id: second }
    case 'more':
    case 'import':
    case 'devices':
    case 'status':
    case 'export':
    case 'kit':
    case 'storage':
    case 'changes':
    case 'deleted':
    case 'settings':
    case 'about':
      return second === undefined ? { name: first } : { name: 'notFound' }
    default:
      return { name: 'notFound' }
  }
}

/** Addresses of places that need more than a word. */
export const pathTo = {
  day: (day: string) => `/day/${day}`,
  newDose: (day: string | undefined) => (day === undefined ? '/dose' : `/day/${day}/dose`),
  doseAgain: (id: string) => `/dose/again/${encodeURIComponent(id)}`,
  checkIns: '/check-ins',
  checkIn: (day: string) => `/check-ins/${day}`,
  dose: (day: string, id: string) => `/day/${day}/dose/${encodeURIComponent(id)}`,
  series: (series: string) => `/labs/${encodeURIComponent(series)}`,
  newResult: (series: string) => `/labs/${encodeURIComponent(series)}/new`,
  history: (id: string) => `/history/${encodeURIComponent(id)}`,
  result: (series: string, id: string) => `/labs/${encodeURIComponent(series)}/${encodeURIComponent(id)}`,
}

export function sectionOf(route: Route): Section {
  switch (route.name) {
    case 'today':
    case 'doseNew':
    case 'dose':
    case 'checkIns':
    case 'checkIn':
    case 'notFound':
      return 'today'
    case 'labs':
    case 'panelNew':
    case 'resultNew':
    case 'series':
    case 'result':
      return 'labs'
    case 'more':
    case 'import':
    case 'devices':
    case 'status':
    case 'export':
    case 'kit':
    case 'storage':
    case 'changes':
    case 'deleted':
    case 'history':
    case 'settings':
    case 'about':
      return 'more'
  }
}

/** True when the route is a detail, which a phone shows instead of the section's list and a desktop beside it. */
export function isDetail(route: Route): boolean {
  return route.name !== 'today' && route.name !== 'labs' && route.name !== 'more'
}

/** Where "back" leads when the page was opened by its address. */
export function parentPath(route: Route): string {
  switch (route.name) {
    case 'doseNew':
    case 'dose':
      return route.day === undefined ? '/' : pathTo.day(route.day)
    case 'checkIn':
      return pathTo.checkIns
    case 'resultNew':
      return route.series === undefined ? '/labs' : pathTo.series(route.series)
    case 'result':
      return pathTo.series(route.series)
    case 'series':
    case 'panelNew':
      return '/labs'
    case 'history':
      return '/changes'
    default:
      return sectionOf(route) === 'more' ? '/more' : '/'
  }
}

class Router {
  path = $state('/')
  readonly route = $derived(parseRoute(this.path))
  /** The path before this one; undefined on the first. */
  previousPath = $state<string | undefined>(undefined)

  /** Follows the browser's history, and takes clicks on the app's own links. */
  start(): void {
    this.path = location.pathname
    window.addEventListener('popstate', () => this.#show(location.pathname))
    document.addEventListener('click', (event) => {
      const path = ownPathOfClick(event)
      if (path === undefined) return
      event.preventDefault()
      this.go(path)
    })
  }

  go(path: string): void {
    if (path === this.path) return
    history.pushState({ isInner: true }, '', path)
    this.#show(path)
  }

  /** Like {@link go}, but "back" does not return to where we are now. */
  replace(path: string): void {
    history.replaceState(history.state, '', path)
    this.#show(path)
  }

  back(): void {
    const state: unknown = history.state
    if (typeof state === 'object' && state !== null && 'isInner' in state) history.back()
    else this.replace(parentPath(this.route))
  }

  #show(path: string): void {
    this.previousPath = this.path
    this.path = path
  }
}

export const router = new Router()

function ownPathOfClick(event: MouseEvent): string | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (link === null || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin)
    return undefined
  const isPlaceOnPage = link.hash !== '' && link.pathname === location.pathname
  return isPlaceOnPage ? undefined : link.pathname
}

function decodeParts(path: string): readonly string[] | undefined {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
