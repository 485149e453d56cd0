import type { EpochMs } from '@salus/base'
import { qrSvg } from './qr-drawing.ts'
import { type DrawnScreen, type TrustLanguage, type TrustStep, trustWords } from './trust-words.ts'

/** What the page says of this machine. */
export interface TrustView {
  /** Origins of the app, the best first; one at least. */
  readonly origins: readonly string[]
  readonly authorityEndsMs: EpochMs
  /** Where the certificate is fetched. */
  readonly certificatePath: string
}

/** The page's only style; the policy knows its hash. */
export const TRUST_STYLE = `
:root{color-scheme:light dark;--paper:light-dark(#f7f5ef,#14171a);--card:light-dark(#fffdf8,#1b1f23);--ink:light-dark(#1d2226,#ece8df);--soft:light-dark(#595f63,#a6abac);--line:light-dark(#8d8a80,#6f767b);--yours:light-dark(#0b5a5e,#6cc4c0);--on:light-dark(#fffdf8,#0e1a1b);--watch:light-dark(#f6ebd3,#2e2818)}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:40rem;margin:0 auto;padding:1rem 1rem 4rem}
h1{font-size:1.75rem;line-height:1.2}h2{font-size:1.25rem;margin:2.5rem 0 .5rem}
p,li{overflow-wrap:anywhere}
.note{background:var(--watch);border-radius:14px;padding:.75rem 1rem}.note h2{margin:.25rem 0}
.soft{color:var(--soft);font-size:.9375rem}
a{color:var(--yours)}
.main{display:inline-flex;align-items:center;min-height:52px;padding:0 1.25rem;border-radius:12px;background:var(--yours);color:var(--on);font-weight:600;text-decoration:none}
.language{display:inline-flex;align-items:center;min-height:44px}
:focus-visible{outline:3px solid var(--yours);outline-offset:3px}
ol.steps{list-style:none;padding:0;counter-reset:step}
ol.steps>li{counter-increment:step;display:grid;grid-template-columns:1fr;gap:.75rem;border-top:1px solid var(--line);padding:1rem 0}
ol.steps>li>p{margin:0}ol.steps>li>p::before{content:counter(step) ". ";font-weight:700}
.screen{width:100%;max-width:15rem}
.screen text{fill:var(--ink);font:13px system-ui,sans-serif}.screen .frame{fill:var(--card);stroke:var(--line);stroke-width:2}
.screen .title{font-weight:700}.screen .row{fill:none;stroke:var(--line)}.screen .touch{fill:none;stroke:var(--yours);stroke-width:3}
.screen .finger{fill:var(--yours)}
.qr{width:min(100%,15rem);display:block;border-radius:8px}
@media(min-width:40rem){ol.steps>li.drawn{grid-template-columns:1fr 15rem}}
`

/** What fits into one line of a drawn row. */
const LINE_CHARACTERS = 27

/** The whole page: no script, nothing from elsewhere. */
export function renderTrustPage(view: TrustView, language: TrustLanguage): string {
  const words = trustWords[language]
  const [best = '', ...others] = view.origins
  const other = language === 'en' ? 'de' : 'en'
  const ends = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(view.authorityEndsMs)
  const system = ({ title, steps }: { title: string; steps: readonly TrustStep[] }): string =>
    `<h2>${escape(title)}</h2><p class="soft">${escape(words.untried)}</p><ol class="steps">${steps.map(renderStep).join('')}</ol>`
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(words.title)}</title><style>${TRUST_STYLE}</style></head><body><main>
<a class="language" href="/${other}" lang="${other}" hreflang="${other}">${escape(words.otherLanguage)}</a>
<h1>${escape(words.title)}</h1><p>${escape(words.lead)}</p>
<div class="note"><h2>${escape(words.warningTitle)}</h2><p>${escape(words.warning)}</p></div>
<h2>${escape(words.fingerprintTitle)}</h2><p>${escape(words.fingerprint)}</p>
<p class="soft">${escape(words.ends(ends))}</p>
<p><a class="main" href="${view.certificatePath}">${escape(words.download)}</a></p>
${system(words.ios)}
${system(words.android)}
<h2>${escape(words.openTitle)}</h2><p><a href="${escape(best)}">${escape(best)}</a></p>
${qrSvg(best, escape(words.appQr))}
<p>${escape(words.open)}</p>
${others.length === 0 ? '' : `<p class="soft">${escape(words.otherAddresses)}</p><ul>${others.map((origin) => `<li>${escape(origin)}</li>`).join('')}</ul>`}
<h2>${escape(words.desktop.title)}</h2><p class="soft">${escape(words.desktop.untried)}</p><ul>${words.desktop.ways.map((way) => `<li>${escape(way)}</li>`).join('')}</ul>
<h2>${escape(words.removeTitle)}</h2><ul>${words.remove.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>
</main></body></html>
`
}

function renderStep({ text, screen }: TrustStep): string {
  return screen === undefined
    ? `<li><p>${escape(text)}</p></li>`
    : `<li class="drawn"><p>${escape(text)}</p>${drawScreen(screen)}</li>`
}

/** A phone's screen in outline. The step's words say it all, so readers aloud skip it. */
function drawScreen({ title, rows, touch }: DrawnScreen): string {
  const rowHeight = 46
  const height = 62 + rows.length * rowHeight
  const drawn = rows.map((row, index) => {
    const y = 50 + index * rowHeight
    const [first = '', second] = breakLine(row)
    const lines =
      second === undefined
        ? `<text x="24" y="${y + 25}">${escape(first)}</text>`
        : `<text x="24" y="${y + 17}">${escape(first)}</text><text x="24" y="${y + 34}">${escape(second)}</text>`
    const mark = index === touch ? `<circle class="finger" cx="216" cy="${y + 20}" r="7"/>` : ''
    return `<rect class="${index === touch ? 'touch' : 'row'}" x="14" y="${y}" width="212" height="40" rx="8"/>${lines}${mark}`
  })
  return `<svg class="screen" viewBox="0 0 240 ${height}" aria-hidden="true"><rect class="frame" x="2" y="2" width="236" height="${height - 4}" rx="20"/><text class="title" x="24" y="34">${escape(title)}</text>${drawn.join('')}</svg>`
}

/** Two lines at most, broken between words. */
function breakLine(text: string): string[] {
  if (text.length <= LINE_CHARACTERS) return [text]
  const at = text.lastIndexOf(' ', LINE_CHARACTERS)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
