import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import { mount } from 'svelte'
import App from './App.svelte'
import { language } from './messages/language.svelte.ts'
import { takeEntryLink } from './state/entry-link.ts'
import { entry } from './state/entry.svelte.ts'
import { focusGuard } from './state/focus-guard.ts'
import { install } from './state/install.svelte.ts'
import { layout } from './state/layout.svelte.ts'
import { now } from './state/now.svelte.ts'
import { preferences } from './state/preferences.svelte.ts'
import { router } from './state/route.svelte.ts'
import { session } from './state/session.svelte.ts'
import { toasts } from './state/toasts.svelte.ts'
import { update } from './state/update.svelte.ts'

entry.link = takeEntryLink()
preferences.start()
layout.start()
router.start()
now.start()
install.start()
focusGuard.start()
update.start()

// A link that is opened while the app runs changes nothing but the fragment.
window.addEventListener('hashchange', () => {
  entry.link = takeEntryLink() ?? entry.link
})

// A file of the app that could not be fetched is none: whoever asked for it has to be asked again.
const missingParts = new Set<unknown>()
window.addEventListener('vite:preloadError', ({ payload }) => missingParts.add(payload))

// What is thrown is a bug. Its text may hold what must not be shown or kept, so only that it happened is said.
window.addEventListener('unhandledrejection', ({ reason }) => {
  toasts.fail(missingParts.has(reason) ? language.t.app.partMissing : language.t.app.broken)
})
window.addEventListener('error', ({ message }) => {
  // A size that changed while sizes were told is told a frame later: no fault of anybody's (CSSWG resize-observer-1 §3.4.4).
  if (!message.startsWith('ResizeObserver loop')) toasts.fail(language.t.app.broken)
})

await language.show(preferences.values.language)
const target = document.getElementById('app')
if (target !== null) mount(App, { target })
await session.start()
