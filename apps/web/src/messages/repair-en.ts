import { createPlural } from './plural.ts'

const plural = createPlural('en')

/** The words of alarms and of what has stopped: loaded when there is something to see to. */
export const repairEn = {
  Rollback: {
    happened: (n: number | null) =>
      n === null
        ? 'The relay shows an older state than it has shown before.'
        : plural(n, {
            one: 'The relay lacks # entry that it held before.',
            other: 'The relay lacks # entries that it held before.',
          }),
    safe: 'All that you entered is on this device. Nothing here was undone.',
    likely: 'Most often the relay was put back from a backup.',
    possible:
      'Seldom somebody shows your devices an old state on purpose, so that they forget what came later. Salus does not follow.',
  },
  Fork: {
    happened: (_n: number | null) => 'There are two different histories where there can be only one.',
    safe: 'All that you entered here is on this device, and what was there before the split is whole. Nothing of the other history was taken over.',
    likely: 'Most often a device, its browser profile or the relay was put back from a copy.',
    possible: 'Seldom somebody has the key of a device, or the relay shows your devices different things.',
  },
  Gap: {
    happened: (n: number | null) =>
      n === null
        ? 'The relay announces entries and does not send all of them.'
        : plural(n, {
            one: 'The relay announces # entry and does not send it.',
            other: 'The relay announces # entries and does not send all of them.',
          }),
    safe: 'All that you entered is on this device, and all that came before the gap is whole.',
    likely: 'Most often the relay’s disk or its backup is damaged.',
    possible: 'Seldom a relay leaves out on purpose what it does not want you to see. It cannot read it.',
  },
  Omission: {
    happened: (n: number | null) =>
      n === null
        ? 'A device of yours has sent more than the relay shows.'
        : plural(n, {
            one: 'A device of yours has sent # entry that the relay does not show.',
            other: 'A device of yours has sent # entries that the relay does not show.',
          }),
    safe: 'All that you entered is on this device. What is missing is on the device that wrote it.',
    likely: 'Most often the relay was put back from a backup, or its disk is damaged.',
    possible: 'Seldom a relay holds back on purpose what came from another device. It cannot read it.',
  },
  Forged: {
    happened: (_n: number | null) => 'The relay sent something that none of your devices has signed like that.',
    safe: 'It was refused; nothing of it is in your record. All that you entered is on this device.',
    likely: 'Most often bytes were damaged on the relay’s disk or on the way.',
    possible: 'Somebody may have tried to slip something in. Without a key of yours that cannot work.',
  },
  aboutCore: 'It concerns the list of your devices and keys. Until it is put right, this device sends nothing.',
  categories: {
    core: 'Device names',
    profile: 'Profile',
    labs: 'Lab results',
    treatments: 'Doses',
    journal: 'Check-ins',
    lifestyle: 'Lifestyle',
    genome: 'Genome',
    files: 'Files',
  },
  whatIsSafe: 'What is safe',
  whatItMeans: 'What it may mean',
  whatToDo: 'What to do',
  forHelper: 'For somebody who helps you',
  state: { open: 'Still so', gone: 'Put right', unknown: 'Not looked at again yet' },
  step: { open: 'To do', done: 'Done', tick: 'I have done this' },
  steps: {
    giveBack: {
      title: 'Give back what the relay lost',
      lead: 'This device does so by itself as soon as it reaches the relay.',
      act: 'Compare with the relay',
      given: (n: number) => plural(n, { one: '# entry was given back.', other: '# entries were given back.' }),
      done: 'Relay and device agree again.',
    },
    fetch: {
      title: 'Ask the relay again',
      lead: 'What was only lost or bent on the way comes whole this time.',
      act: 'Ask again',
      done: 'The last comparison found nothing wrong any more.',
      still: 'The last comparison found it still.',
    },
    otherDevice: {
      title: 'Open Salus on the device that wrote it',
      lead: 'It still holds the piece and gives it back to the relay by itself.',
    },
    otherCopy: {
      title: (name: string) => `Open Salus on “${name}”`,
      lead: 'If it was put back from a copy, it says so and takes an identity of its own. If nobody has put it back, take it for stolen: do not use it any more, and export your record here.',
    },
    ownIdentity: {
      title: 'Give this device an identity of its own',
      lead: 'Then it sends again, and nothing that you wrote is lost. The form stands above on this page.',
      done: 'It has one.',
    },
    verify: {
      title: 'Check everything on this device',
      lead: 'Every signature and every chain, anew.',
      act: 'Check',
    },
    askOperator: {
      title: 'Find out whether the relay was put back',
      lead: 'Ask whoever runs it. If nobody has done so and it comes again, use another relay.',
    },
    kit: {
      title: 'Have your recovery kit at hand',
      lead: 'If this stays, a new device that you open with the kit decides which history counts. What only this device holds you take along as an export.',
    },
    export: {
      title: 'Export a copy',
      lead: 'It does no harm and holds all that is here, readable without Salus.',
      act: 'Go to export',
    },
  },
  dismissLead:
    'This takes the alarm out of the status. It stays on record under “Earlier alarms”, and comes back if the same is found again.',
  dismissOpen: 'It is not put right yet.',
  earlier: (n: number) => plural(n, { one: '# earlier alarm', other: '# earlier alarms' }),
  stopped: {
    title: 'What to do',
    update: 'Get the newest Salus: “About” shows it and takes it. Then everything goes on by itself.',
    updateAct: 'Look for a newer Salus',
    removed:
      'Nothing here was deleted. If you did not mean it, export your record here, and add this device anew in a fresh browser profile.',
    quota:
      'The relay is full, or your share of it is. Ask whoever runs it for more room, or connect another. What you write is kept here and is sent when there is room.',
    refused: (name: string) =>
      `The relay’s word for it: ${name}. Try again; if it stays, show this to whoever runs the relay. What you write is kept here.`,
    halted: 'An alarm that you have read is not put right yet. It stands below; until then this device sends nothing.',
    export: 'Export a copy',
  },
}

export type RepairMessages = typeof repairEn
