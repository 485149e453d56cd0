import { createPlural } from './plural.ts'
import type { RepairMessages } from './repair-en.ts'

const plural = createPlural('de')

export const repairDe: RepairMessages = {
  Rollback: {
    happened: (n) =>
      n === null
        ? 'Das Relay zeigt einen älteren Stand als zuvor.'
        : plural(n, {
            one: 'Dem Relay fehlt # Eintrag, den es schon hatte.',
            other: 'Dem Relay fehlen # Einträge, die es schon hatte.',
          }),
    safe: 'Alles, was du eingegeben hast, ist auf diesem Gerät. Hier wurde nichts rückgängig gemacht.',
    likely: 'Meistens wurde das Relay aus einer Sicherung zurückgespielt.',
    possible:
      'Selten zeigt jemand deinen Geräten absichtlich einen alten Stand, damit sie Späteres vergessen. Salus macht das nicht mit.',
  },
  Fork: {
    happened: () => 'Es gibt zwei verschiedene Geschichten, wo nur eine sein darf.',
    safe: 'Alles, was du hier eingegeben hast, ist auf diesem Gerät, und was vor der Trennung war, ist ganz. Von der anderen Geschichte wurde nichts übernommen.',
    likely: 'Meistens wurde ein Gerät, sein Browserprofil oder das Relay aus einer Kopie zurückgespielt.',
    possible: 'Selten hat jemand den Schlüssel eines Geräts, oder das Relay zeigt deinen Geräten Verschiedenes.',
  },
  Gap: {
    happened: (n) =>
      n === null
        ? 'Das Relay kündigt Einträge an und schickt nicht alle.'
        : plural(n, {
            one: 'Das Relay kündigt # Eintrag an und schickt ihn nicht.',
            other: 'Das Relay kündigt # Einträge an und schickt nicht alle.',
          }),
    safe: 'Alles, was du eingegeben hast, ist auf diesem Gerät, und alles vor der Lücke ist ganz.',
    likely: 'Meistens ist die Platte des Relays oder dessen Sicherung beschädigt.',
    possible: 'Selten lässt ein Relay absichtlich weg, was du nicht sehen sollst. Lesen kann es das nicht.',
  },
  Omission: {
    happened: (n) =>
      n === null
        ? 'Eines deiner Geräte hat mehr gesendet, als das Relay zeigt.'
        : plural(n, {
            one: 'Eines deiner Geräte hat # Eintrag gesendet, den das Relay nicht zeigt.',
            other: 'Eines deiner Geräte hat # Einträge gesendet, die das Relay nicht zeigt.',
          }),
    safe: 'Alles, was du eingegeben hast, ist auf diesem Gerät. Was fehlt, ist auf dem Gerät, das es schrieb.',
    likely: 'Meistens wurde das Relay aus einer Sicherung zurückgespielt, oder seine Platte ist beschädigt.',
    possible: 'Selten hält ein Relay absichtlich zurück, was von einem anderen Gerät kam. Lesen kann es das nicht.',
  },
  Forged: {
    happened: () => 'Das Relay hat etwas geschickt, das keines deiner Geräte so unterschrieben hat.',
    safe: 'Es wurde abgewiesen; nichts davon ist in deiner Akte. Alles, was du eingegeben hast, ist auf diesem Gerät.',
    likely: 'Meistens wurden Daten auf der Platte des Relays oder unterwegs beschädigt.',
    possible: 'Vielleicht wollte jemand etwas unterschieben. Ohne einen deiner Schlüssel geht das nicht.',
  },
  aboutCore: 'Es betrifft die Liste deiner Geräte und Schlüssel. Bis das in Ordnung ist, sendet dieses Gerät nichts.',
  categories: {
    core: 'Namen der Geräte',
    profile: 'Profil',
    labs: 'Laborwerte',
    treatments: 'Gaben',
    journal: 'Befinden',
    lifestyle: 'Lebensweise',
    genome: 'Genom',
    files: 'Dateien',
  },
  whatIsSafe: 'Was sicher ist',
  whatItMeans: 'Was es bedeuten kann',
  whatToDo: 'Was zu tun ist',
  forHelper: 'Für jemanden, der dir hilft',
  state: { open: 'Noch so', gone: 'In Ordnung gebracht', unknown: 'Noch nicht wieder verglichen' },
  step: { open: 'Zu tun', done: 'Erledigt', tick: 'Das habe ich getan' },
  steps: {
    giveBack: {
      title: 'Zurückgeben, was das Relay verlor',
      lead: 'Das macht dieses Gerät von selbst, sobald es das Relay erreicht.',
      act: 'Mit dem Relay vergleichen',
      given: (n) => plural(n, { one: '# Eintrag wurde zurückgegeben.', other: '# Einträge wurden zurückgegeben.' }),
      done: 'Relay und Gerät stimmen wieder überein.',
    },
    fetch: {
      title: 'Das Relay noch einmal fragen',
      lead: 'Was nur unterwegs verloren ging oder verbogen wurde, kommt diesmal ganz.',
      act: 'Noch einmal fragen',
      done: 'Der letzte Abgleich fand nichts mehr davon.',
      still: 'Der letzte Abgleich fand es immer noch.',
    },
    otherDevice: {
      title: 'Salus auf dem Gerät öffnen, das es schrieb',
      lead: 'Es hat das Stück noch und gibt es dem Relay von selbst zurück.',
    },
    otherCopy: {
      title: (name) => `Salus auf „${name}“ öffnen`,
      lead: 'Wurde es aus einer Kopie zurückgespielt, so sagt es das und nimmt eine eigene Kennung an. Hat niemand es zurückgespielt, so betrachte es als gestohlen: Benutze es nicht mehr und exportiere hier deine Akte.',
    },
    ownIdentity: {
      title: 'Diesem Gerät eine eigene Kennung geben',
      lead: 'Dann sendet es wieder, und nichts von dem, was du schriebst, geht verloren. Das Formular steht oben auf dieser Seite.',
      done: 'Es hat eine.',
    },
    verify: {
      title: 'Alles auf diesem Gerät prüfen',
      lead: 'Jede Unterschrift und jede Kette, von Neuem.',
      act: 'Prüfen',
    },
    askOperator: {
      title: 'Herausfinden, ob das Relay zurückgespielt wurde',
      lead: 'Frag, wer es betreibt. War es niemand und es kommt wieder, so nimm ein anderes Relay.',
    },
    kit: {
      title: 'Das Wiederherstellungsblatt bereithalten',
      lead: 'Bleibt es so, entscheidet ein neues Gerät, das du mit dem Blatt öffnest, welche Geschichte gilt. Was nur dieses Gerät hat, nimmst du als Export mit.',
    },
    export: {
      title: 'Eine Kopie exportieren',
      lead: 'Das schadet nie und enthält alles von hier, lesbar ohne Salus.',
      act: 'Zum Export',
    },
  },
  dismissLead:
    'Damit verschwindet der Alarm aus der Anzeige. Er bleibt unter den früheren Alarmen stehen und kommt wieder, wenn dasselbe noch einmal gefunden wird.',
  dismissOpen: 'In Ordnung ist es noch nicht.',
  earlier: (n) => plural(n, { one: '# früherer Alarm', other: '# frühere Alarme' }),
  stopped: {
    title: 'Was zu tun ist',
    update: 'Hol das neueste Salus: „Über“ zeigt es und übernimmt es. Danach geht alles von selbst weiter.',
    updateAct: 'Nach neuerem Salus sehen',
    removed:
      'Hier wurde nichts gelöscht. War das nicht gewollt, exportiere hier deine Akte und füg dieses Gerät in einem frischen Browserprofil neu hinzu.',
    quota:
      'Das Relay ist voll oder dein Anteil davon. Bitte den Betreiber um mehr Platz oder verbinde ein anderes. Was du schreibst, bleibt hier und wird gesendet, sobald Platz ist.',
    refused: (name) =>
      `Das Relay nennt es: ${name}. Versuch es noch einmal; bleibt es so, zeig das dem Betreiber des Relays. Was du schreibst, bleibt hier.`,
    halted:
      'Ein Alarm, den du gelesen hast, ist noch nicht in Ordnung gebracht. Er steht unten; bis dahin sendet dieses Gerät nichts.',
    export: 'Kopie exportieren',
  },
}
