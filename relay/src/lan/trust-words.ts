/** Languages of the trust page. */
export const trustLanguages = ['en', 'de'] as const
export type TrustLanguage = (typeof trustLanguages)[number]

/** A screen as it is drawn: a title, its rows, and which of them is to be touched. */
export interface DrawnScreen {
  readonly title: string
  readonly rows: readonly string[]
  readonly touch: number
}

export interface TrustStep {
  readonly text: string
  readonly screen?: DrawnScreen
}

export interface TrustWords {
  readonly title: string
  readonly lead: string
  readonly warningTitle: string
  readonly warning: string
  readonly fingerprintTitle: string
  readonly fingerprint: string
  readonly download: string
  readonly untried: string
  readonly ios: { readonly title: string; readonly steps: readonly TrustStep[] }
  readonly android: { readonly title: string; readonly steps: readonly TrustStep[] }
  readonly desktop: { readonly title: string; readonly untried: string; readonly ways: readonly string[] }
  readonly openTitle: string
  readonly open: string
  readonly appQr: string
  readonly otherAddresses: string
  readonly removeTitle: string
  readonly remove: readonly string[]
  readonly otherLanguage: string
  readonly ends: (date: string) => string
}

const en: TrustWords = {
  title: 'Salus on your phone, at home',
  lead: 'This computer runs Salus for your home network. A browser installs it only over a connection that it trusts, so your phone first has to trust this computer. It takes a few minutes, once.',
  warningTitle: 'What you are about to do',
  warning:
    'Trusting a certificate authority is a serious step. Whoever holds its key could pretend to be a site to your phone. This authority was made on this computer, its key stays there, and it is limited to names ending in .local and to addresses inside a home. Browsers that honour the limit accept nothing else from it; some software does not check it. Do this on your own phone, for your own computer, and remove it when you no longer use Salus here.',
  fingerprintTitle: 'Compare before you trust',
  fingerprint:
    'This page comes over an unprotected connection: somebody in your network could have changed it. So the fingerprint is not shown here. Compare what the phone shows with the one in the terminal where Salus was started (npm run -s relay -- lan prints it again). If one pair differs, stop.',
  download: 'Get the certificate',
  untried:
    'Written from public documentation, not yet tried on a phone. Names in the settings differ between versions.',
  ios: {
    title: 'iPhone and iPad',
    steps: [
      {
        text: 'Open this page in Safari, touch “Get the certificate”, and allow the download.',
        screen: {
          title: 'Safari',
          rows: ['This website wants to load a configuration profile', 'Ignore', 'Allow'],
          touch: 2,
        },
      },
      {
        text: 'Open Settings, General, VPN & Device Management, and the profile. Under More Details compare the SHA-256 fingerprint with the terminal. Then Install.',
        screen: {
          title: 'VPN & Device Management',
          rows: ['Downloaded profile', 'Salus home network', 'Install'],
          touch: 2,
        },
      },
      {
        text: 'Open Settings, General, About, Certificate Trust Settings, and switch on full trust for “Salus home network”.',
        screen: {
          title: 'Certificate Trust Settings',
          rows: ['Enable full trust for root certificates', 'Salus home network  ◉'],
          touch: 1,
        },
      },
      {
        text: 'Open the address below in Safari, touch Share, then Add to Home Screen. Open Salus from there before you make your record.',
        screen: { title: 'Share', rows: ['Copy', 'Add to Home Screen', 'Print'], touch: 1 },
      },
    ],
  },
  android: {
    title: 'Android',
    steps: [
      { text: 'Open this page in Chrome and touch “Get the certificate”. Android saves it as salus-home.crt.' },
      {
        text: 'Open Settings, Security & privacy, More security settings, Encryption & credentials, Install a certificate, CA certificate. Read the warning, touch Install anyway, and choose salus-home.crt.',
        screen: {
          title: 'Install a certificate',
          rows: ['CA certificate', 'VPN & app user certificate', 'Wi-Fi certificate'],
          touch: 0,
        },
      },
      {
        text: 'Compare at once: Encryption & credentials, Trusted credentials, User, Salus. The SHA-256 fingerprint must be the terminal’s. If it is not, remove the certificate there.',
        screen: { title: 'Trusted credentials', rows: ['System', 'User', 'Salus home network'], touch: 2 },
      },
      {
        text: 'Open the address below in Chrome, touch the menu, then Install app or Add to Home screen.',
        screen: { title: 'Chrome', rows: ['New tab', 'Add to Home screen', 'Settings'], touch: 1 },
      },
    ],
  },
  desktop: {
    title: 'Computers',
    untried: 'Tried here: Chromium on Linux, by its certificate store. The rest is written from public documentation.',
    ways: [
      'Firefox: Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import; choose “identify websites”.',
      'Chrome and Chromium: Settings, Privacy and security, Security, Manage certificates, custom or local certificates, Import.',
      'macOS: open the file, put it into the login keychain, and set it to Always Trust for SSL.',
      'Windows: open the file, Install Certificate, Current User, Trusted Root Certification Authorities.',
    ],
  },
  openTitle: 'Then open Salus',
  open: 'If the browser still warns, the certificate is not trusted yet: do not go past the warning, look through the steps again.',
  appQr: 'QR code of the address of Salus',
  otherAddresses:
    'Other addresses of this computer. Stay with one: what a browser keeps belongs to the address that it was made at.',
  removeTitle: 'To take it back',
  remove: [
    'iPhone, iPad: Settings, General, VPN & Device Management, Salus home network, Remove Profile.',
    'Android: Settings, Encryption & credentials, Trusted credentials, User, Salus home network, Remove.',
    'On this computer: npm run -s relay -- lan remove destroys the authority’s key.',
  ],
  otherLanguage: 'Deutsch',
  ends: (date) => `The authority ends on ${date}.`,
}

const de: TrustWords = {
  title: 'Salus auf dem Telefon, zu Hause',
  lead: 'Dieser Rechner stellt Salus im Heimnetz bereit. Ein Browser installiert es nur über eine Verbindung, der er vertraut; deshalb muss das Telefon zuerst diesem Rechner vertrauen. Das dauert einmal wenige Minuten.',
  warningTitle: 'Was dieser Schritt bedeutet',
  warning:
    'Einer Zertifizierungsstelle zu vertrauen, ist ein ernster Schritt. Wer ihren Schlüssel hat, könnte sich dem Telefon gegenüber als eine Website ausgeben. Diese Stelle wurde auf diesem Rechner erzeugt, ihr Schlüssel bleibt dort, und sie ist auf Namen mit der Endung .local und auf Adressen innerhalb eines Heimnetzes beschränkt. Browser, die diese Grenze beachten, nehmen nichts anderes von ihr an; manche Software prüft sie nicht. Bitte nur auf dem eigenen Telefon und für den eigenen Rechner einrichten und wieder entfernen, wenn Salus hier nicht mehr benutzt wird.',
  fingerprintTitle: 'Vor dem Vertrauen vergleichen',
  fingerprint:
    'Diese Seite kommt über eine ungeschützte Verbindung: Jemand im Netz könnte sie verändert haben. Deshalb steht der Fingerabdruck nicht hier. Was das Telefon anzeigt, muss dem Fingerabdruck im Terminal gleichen, in dem Salus gestartet wurde (npm run -s relay -- lan zeigt ihn noch einmal). Weicht ein Paar ab, hier aufhören.',
  download: 'Zertifikat holen',
  untried:
    'Nach öffentlicher Dokumentation geschrieben, noch auf keinem Telefon erprobt. Die Namen in den Einstellungen unterscheiden sich je nach Version.',
  ios: {
    title: 'iPhone und iPad',
    steps: [
      {
        text: 'Diese Seite in Safari öffnen, „Zertifikat holen“ berühren und den Download zulassen.',
        screen: {
          title: 'Safari',
          rows: ['Diese Website versucht, ein Profil zu laden', 'Ignorieren', 'Zulassen'],
          touch: 2,
        },
      },
      {
        text: 'Einstellungen, Allgemein, VPN und Geräteverwaltung öffnen, dann das Profil. Unter „Mehr Details“ den SHA-256-Fingerabdruck mit dem Terminal vergleichen. Danach „Installieren“.',
        screen: {
          title: 'VPN und Geräteverwaltung',
          rows: ['Geladenes Profil', 'Salus home network', 'Installieren'],
          touch: 2,
        },
      },
      {
        text: 'Einstellungen, Allgemein, Info, Zertifikatsvertrauenseinstellungen öffnen und für „Salus home network“ volles Vertrauen einschalten.',
        screen: {
          title: 'Zertifikatsvertrauen',
          rows: ['Volles Vertrauen für Root-Zertifikate', 'Salus home network  ◉'],
          touch: 1,
        },
      },
      {
        text: 'Die Adresse unten in Safari öffnen, „Teilen“, dann „Zum Home-Bildschirm“. Salus von dort öffnen, bevor die Akte angelegt wird.',
        screen: { title: 'Teilen', rows: ['Kopieren', 'Zum Home-Bildschirm', 'Drucken'], touch: 1 },
      },
    ],
  },
  android: {
    title: 'Android',
    steps: [
      {
        text: 'Diese Seite in Chrome öffnen und „Zertifikat holen“ berühren. Android speichert es als salus-home.crt.',
      },
      {
        text: 'Einstellungen, Sicherheit und Datenschutz, Weitere Sicherheitseinstellungen, Verschlüsselung und Anmeldedaten, Ein Zertifikat installieren, CA-Zertifikat. Die Warnung lesen, „Trotzdem installieren“, und salus-home.crt wählen.',
        screen: {
          title: 'Zertifikat installieren',
          rows: ['CA-Zertifikat', 'VPN- und App-Zertifikat', 'WLAN-Zertifikat'],
          touch: 0,
        },
      },
      {
        text: 'Gleich vergleichen: Verschlüsselung und Anmeldedaten, Vertrauenswürdige Anmeldedaten, Nutzer, Salus. Der SHA-256-Fingerabdruck muss der des Terminals sein. Wenn nicht, das Zertifikat dort entfernen.',
        screen: { title: 'Vertrauenswürdige Daten', rows: ['System', 'Nutzer', 'Salus home network'], touch: 2 },
      },
      {
        text: 'Die Adresse unten in Chrome öffnen, das Menü berühren, dann „App installieren“ oder „Zum Startbildschirm hinzufügen“.',
        screen: { title: 'Chrome', rows: ['Neuer Tab', 'Zum Startbildschirm', 'Einstellungen'], touch: 1 },
      },
    ],
  },
  desktop: {
    title: 'Rechner',
    untried:
      'Erprobt ist Chromium unter Linux über seinen Zertifikatsspeicher. Das Übrige ist nach öffentlicher Dokumentation geschrieben.',
    ways: [
      'Firefox: Einstellungen, Datenschutz & Sicherheit, Zertifikate anzeigen, Zertifizierungsstellen, Importieren; „um Websites zu identifizieren“ wählen.',
      'Chrome und Chromium: Einstellungen, Datenschutz und Sicherheit, Sicherheit, Zertifikate verwalten, eigene Zertifikate, Importieren.',
      'macOS: die Datei öffnen, in den Anmelde-Schlüsselbund legen und für SSL „Immer vertrauen“ wählen.',
      'Windows: die Datei öffnen, Zertifikat installieren, Aktueller Benutzer, Vertrauenswürdige Stammzertifizierungsstellen.',
    ],
  },
  openTitle: 'Danach Salus öffnen',
  open: 'Warnt der Browser noch, wird dem Zertifikat noch nicht vertraut: die Warnung nicht übergehen, sondern die Schritte noch einmal durchsehen.',
  appQr: 'QR-Code der Adresse von Salus',
  otherAddresses:
    'Weitere Adressen dieses Rechners. Bitte bei einer bleiben: Was ein Browser aufbewahrt, gehört zu der Adresse, unter der es entstand.',
  removeTitle: 'So lässt es sich zurücknehmen',
  remove: [
    'iPhone, iPad: Einstellungen, Allgemein, VPN und Geräteverwaltung, Salus home network, Profil entfernen.',
    'Android: Einstellungen, Verschlüsselung und Anmeldedaten, Vertrauenswürdige Anmeldedaten, Nutzer, Salus home network, Entfernen.',
    'Auf diesem Rechner: npm run -s relay -- lan remove vernichtet den Schlüssel der Stelle.',
  ],
  otherLanguage: 'English',
  ends: (date) => `Die Stelle gilt bis zum ${date}.`,
}

export const trustWords: Readonly<Record<TrustLanguage, TrustWords>> = { en, de }
