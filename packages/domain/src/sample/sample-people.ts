import type { CheckInScale } from '../records/check-in.ts'

/** Who a sample is about. */
export type SamplePerson = 'man' | 'woman'

/** One drug taken by a rhythm, from its beginning or from the change on. */
export interface SampleCourse {
  /** Id of a row of compounds.csv. */
  readonly compound: string
  readonly label: string
  readonly unit: string
  readonly route: string
  readonly time: string
  /** Days between doses by their places in a cycle: `[3, 4]` is twice a week. */
  readonly gaps: readonly number[]
  readonly before: string
  readonly after: string
  /** Days between doses after the change, where they differ. */
  readonly gapsAfter?: readonly number[]
  readonly sites: readonly string[]
}

/** A marker as this invented laboratory prints it. */
export interface SampleMarker {
  /** Id of a row of markers.csv. */
  readonly marker: string
  readonly label: string
  readonly unit: string
  /** Around which results lie before and after the change, where `perLevel` doesn't say. */
  readonly before: number
  readonly after: number
  readonly digits: number
  readonly low: string | null
  readonly high: string | null
  /** Below this the laboratory prints `<` and this bound. */
  readonly detects?: string
  /** Results lie around this many units per ng/dL of modelled testosterone. */
  readonly perLevel?: number
  /** How another laboratory prints it. */
  readonly other?: { readonly unit: string; readonly factor: number; readonly digits: number }
}

/** Drugs, laboratory and well-being of an invented person. */
export interface SampleStory {
  readonly seed: number
  readonly courses: readonly SampleCourse[]
  readonly markers: readonly SampleMarker[]
  readonly wellBeing: Readonly<Record<CheckInScale, readonly [before: number, after: number]>>
}

type Row = readonly [
  marker: string,
  label: string,
  unit: string,
  before: number,
  after: number,
  digits: number,
  low: string | null,
  high: string | null,
  more?: Pick<SampleMarker, 'detects' | 'perLevel' | 'other'>,
]

function markersOf(rows: readonly Row[]): SampleMarker[] {
  return rows.map(([marker, label, unit, before, after, digits, low, high, more]) => ({
    marker,
    label,
    unit,
    before,
    after,
    digits,
    low,
    high,
    ...more,
  }))
}

const NG_DL_TO_NMOL_L = { unit: 'nmol/L', factor: 0.03467166, digits: 1 }
const PG_ML_TO_PMOL_L = { unit: 'pmol/L', factor: 3.671342, digits: 0 }
const G_DL_TO_G_L = { unit: 'g/L', factor: 10, digits: 0 }
const PERCENT_TO_L_L = { unit: 'L/L', factor: 0.01, digits: 3 }

/** Alike for both: intervals and factors of markers.csv, rows of these ids, male and female columns equal. */
const FOR_BOTH: readonly Row[] = [
  ['wbc', 'White blood cells', '10*3/uL', 6.1, 6, 1, '3.4', '9.6'],
  ['tsh', 'TSH', 'm[IU]/L', 1.9, 1.8, 2, '0.27', '4.2'],
  [
    'glucose-fasting',
    'Glucose, fasting',
    'mg/dL',
    91,
    89,
    0,
    '70',
    '99',
    { other: { unit: 'mmol/L', factor: 0.05550745, digits: 1 } },
  ],
  ['hba1c', 'HbA1c', '%', 5.4, 5.3, 1, '4.0', '5.6'],
  ['triglycerides', 'Triglycerides', 'mg/dL', 112, 101, 0, null, '150'],
  ['vitamin-d-25oh', 'Vitamin D, 25-OH', 'ng/mL', 24, 33, 0, '20', '50'],
  ['hs-crp', 'hs-CRP', 'mg/L', 0.6, 0.5, 1, null, '3', { detects: '0.3' }],
]

/**
 * An invented man. Rhythms and routes: compounds.csv rows testosterone-cypionate-im and anastrozole. His intervals:
 * markers.csv, columns ref_male_low and ref_male_high, in the printed unit. His total testosterone follows from his
 * doses by pk.md §3.
 */
const MAN: SampleStory = {
  seed: 7,
  courses: [
    {
      compound: 'testosterone-cypionate-im',
      label: 'Testosterone cypionate',
      unit: 'mg',
      route: 'im',
      time: '07:10',
      gaps: [7],
      before: '140',
      after: '50',
      gapsAfter: [3, 4],
      sites: ['left thigh', 'right thigh', 'left shoulder', 'right shoulder'],
    },
    {
      compound: 'anastrozole',
      label: 'Anastrozole',
      unit: 'mg',
      route: 'oral',
      time: '21:00',
      gaps: [3, 4],
      before: '0.5',
      after: '0.25',
      sites: [],
    },
  ],
  markers: markersOf([
    [
      'testosterone-total',
      'Testosterone, total',
      'ng/dL',
      0,
      0,
      0,
      '264',
      '916',
      { perLevel: 1, other: NG_DL_TO_NMOL_L },
    ],
    ['testosterone-free', 'Testosterone, free', 'pg/mL', 0, 0, 1, '44.6', '171.0', { perLevel: 0.21 }],
    ['estradiol-lcms', 'Estradiol, sensitive', 'pg/mL', 38, 26, 0, '3', '37', { other: PG_ML_TO_PMOL_L }],
    ['shbg', 'SHBG', 'nmol/L', 24, 29, 1, '16.5', '55.9'],
    ['hematocrit', 'Haematocrit', '%', 49.8, 46.2, 1, '38.3', '48.6', { other: PERCENT_TO_L_L }],
    ['hemoglobin', 'Haemoglobin', 'g/dL', 16.8, 15.5, 1, '13.2', '16.6', { other: G_DL_TO_G_L }],
    ['lh', 'LH', 'm[IU]/mL', 0.09, 0.09, 1, '1.7', '8.6', { detects: '0.1' }],
    ['fsh', 'FSH', 'm[IU]/mL', 0.12, 0.12, 1, '1.5', '12.4', { detects: '0.1' }],
    ['psa-total', 'PSA', 'ng/mL', 0.9, 0.8, 2, null, '4'],
    ['hdl-c', 'HDL cholesterol', 'mg/dL', 40, 45, 0, '31', '81'],
    ['ldl-c', 'LDL cholesterol', 'mg/dL', 121, 112, 0, null, '100'],
    ['cholesterol-total', 'Cholesterol, total', 'mg/dL', 190, 184, 0, null, '200'],
    ['alt', 'ALT', 'U/L', 31, 27, 0, '10', '70'],
    ['ast', 'AST', 'U/L', 27, 25, 0, '15', '45'],
    ['creatinine', 'Creatinine', 'mg/dL', 1.02, 1, 2, '0.68', '1.13'],
    ['platelets', 'Platelets', '10*3/uL', 228, 232, 0, '135', '317'],
    ['rbc', 'Red blood cells', '10*6/uL', 5.6, 5.2, 2, '4.35', '5.65'],
    ['ferritin', 'Ferritin', 'ng/mL', 92, 78, 0, '30', '400'],
    ...FOR_BOTH,
  ]),
  wellBeing: { energy: [3.1, 3.9], mood: [3.2, 3.8], libido: [3.6, 3.8], sleep: [2.7, 3.5], sideEffects: [2.9, 1.6] },
}

/**
 * An invented woman after menopause. Rhythms and routes: compounds.csv rows estradiol-patch, progesterone-oral and
 * testosterone-gel. Her intervals: markers.csv, columns ref_female_… and, where a row has them, ref_postmenopausal_….
 * Her estradiol scales with the patch as in pk.md's check vectors (100 ug/d: 88 pg/mL after one day, 53 after three);
 * her testosterone gets 5.4 ng/dL per mg and day of gel (pk.md §3).
 */
const WOMAN: SampleStory = {
  seed: 11,
  courses: [
    {
      compound: 'estradiol-patch',
      label: 'Estradiol patch',
      unit: 'ug/d',
      route: 'transdermal',
      time: '07:30',
      gaps: [3, 4],
      before: '50',
      after: '75',
      sites: ['left lower abdomen', 'right lower abdomen', 'left buttock', 'right buttock'],
    },
    {
      compound: 'progesterone-oral',
      label: 'Progesterone',
      unit: 'mg',
      route: 'oral',
      time: '22:00',
      gaps: [1],
      before: '100',
      after: '100',
      sites: [],
    },
    {
      compound: 'testosterone-gel',
      label: 'Testosterone gel',
      unit: 'mg',
      route: 'transdermal',
      time: '07:40',
      gaps: [1],
      before: '2.5',
      after: '5',
      sites: ['left thigh', 'right thigh'],
    },
  ],
  markers: markersOf([
    ['estradiol', 'Estradiol', 'pg/mL', 34, 51, 0, null, '138', { other: PG_ML_TO_PMOL_L }],
    [
      'testosterone-total',
      'Testosterone, total',
      'ng/dL',
      25,
      39,
      0,
      '8',
      '60',
      { other: { ...NG_DL_TO_NMOL_L, digits: 2 } },
    ],
    ['testosterone-free', 'Testosterone, free', 'pg/mL', 2.6, 4.1, 1, '0.6', '10.6'],
    ['shbg', 'SHBG', 'nmol/L', 66, 61, 1, '17.3', '125'],
    ['fsh', 'FSH', 'm[IU]/mL', 68, 49, 1, '25.8', '134.8'],
    ['lh', 'LH', 'm[IU]/mL', 34, 27, 1, '7.7', '58.5'],
    ['t4-free', 'Free T4', 'ng/dL', 1.2, 1.2, 2, '0.93', '1.71'],
    ['hematocrit', 'Haematocrit', '%', 39.4, 39.9, 1, '35.5', '44.9', { other: PERCENT_TO_L_L }],
    ['hemoglobin', 'Haemoglobin', 'g/dL', 13.1, 13.3, 1, '11.6', '15.0', { other: G_DL_TO_G_L }],
    ['prolactin', 'Prolactin', 'ng/mL', 9.2, 9.8, 1, '4.8', '23.3'],
    ['hdl-c', 'HDL cholesterol', 'mg/dL', 62, 65, 0, '39', '104'],
    ['ldl-c', 'LDL cholesterol', 'mg/dL', 131, 119, 0, null, '100'],
    ['cholesterol-total', 'Cholesterol, total', 'mg/dL', 212, 198, 0, null, '200'],
    ['alt', 'ALT', 'U/L', 19, 18, 0, '10', '45'],
    ['ast', 'AST', 'U/L', 21, 20, 0, '15', '35'],
    ['creatinine', 'Creatinine', 'mg/dL', 0.78, 0.78, 2, '0.57', '1.02'],
    ['platelets', 'Platelets', '10*3/uL', 262, 258, 0, '157', '371'],
    ['ferritin', 'Ferritin', 'ng/mL', 38, 52, 0, '13', '150'],
    ...FOR_BOTH,
  ]),
  wellBeing: { energy: [2.7, 3.7], mood: [2.9, 3.7], libido: [2.2, 3.2], sleep: [2.4, 3.6], sideEffects: [1.9, 1.7] },
}

/** The story of each person. */
export const SAMPLE_STORIES: Readonly<Record<SamplePerson, SampleStory>> = { man: MAN, woman: WOMAN }
