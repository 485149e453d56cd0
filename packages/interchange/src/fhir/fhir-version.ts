import type { ExactObject } from '../json/exact-json.ts'
import { objectOf, objectsOf, textOf } from './fhir-access.ts'

/** The FHIR versions that are read: 4.0, 3.0 and 1.0. */
export type FhirVersion = 'r4' | 'stu3' | 'dstu2'

/**
 * Guesses a file's FHIR version from what differs between them: a file seldom says it. Each sign speaks for the
 * versions that it is valid in; the version with most signs wins, and without any it is R4. The guess names the format;
 * the reader takes all three forms whatever it says.
 */
export class VersionSigns {
  readonly #signs = new Map<FhirVersion, number>()

  look(type: string, resource: ExactObject): void {
    for (const profile of profilesOf(resource)) {
      if (/\/(?:DSTU2|1\.0)\//.test(profile)) this.#add(['dstu2'], 4)
      if (/\/(?:STU3|3\.0)\//.test(profile)) this.#add(['stu3'], 4)
      if (/\/(?:R4|4\.0)\//.test(profile)) this.#add(['r4'], 4)
    }
    const typeSign = TYPE_SIGNS.get(type)
    if (typeSign !== undefined) this.#add(typeSign)
    if (type === 'Observation') this.#lookAtObservation(resource)
    if (type === 'DiagnosticReport') this.#lookAtReport(resource)
    if (type === 'Patient') {
      if (resource.has('careProvider')) this.#add(['dstu2'])
      if (resource.has('animal')) this.#add(['dstu2', 'stu3'])
    }
    if (type === 'MedicationStatement' && resource.has('wasNotTaken')) this.#add(['dstu2'])
    if (type === 'Immunization') {
      if (resource.has('reported') || resource.has('wasNotGiven')) this.#add(['dstu2'])
      if (resource.has('occurrenceDateTime')) this.#add(['r4'])
    }
    if (type === 'Condition' || type === 'AllergyIntolerance') {
      this.#add(typeof resource.get('clinicalStatus') === 'string' ? ['dstu2', 'stu3'] : ['r4'])
    }
  }

  version(): FhirVersion {
    let best: FhirVersion = 'r4'
    for (const version of ['r4', 'stu3', 'dstu2'] as const) {
      if ((this.#signs.get(version) ?? 0) > (this.#signs.get(best) ?? 0)) best = version
    }
    return best
  }

  #lookAtObservation(observation: ExactObject): void {
    if (isSingle(observation, 'category')) this.#add(['dstu2'])
    if (isSingle(observation, 'interpretation')) this.#add(['dstu2', 'stu3'])
    if (isList(observation, 'interpretation')) this.#add(['r4'])
    if (observation.has('comments')) this.#add(['dstu2'])
    if (observation.has('comment') || observation.has('context') || observation.has('related')) this.#add(['stu3'])
    if (observation.has('comments') || observation.has('related')) this.#add(['dstu2'])
    if (observation.has('note') || observation.has('hasMember') || observation.has('derivedFrom')) this.#add(['r4'])
    if (observation.has('basedOn')) this.#add(['r4', 'stu3'])
    for (const range of objectsOf(observation, 'referenceRange')) {
      if (range.has('meaning')) this.#add(['dstu2'])
      if (range.has('type')) this.#add(['r4', 'stu3'])
      if (isList(range, 'appliesTo')) this.#add(['r4', 'stu3'])
    }
    for (const component of objectsOf(observation, 'component')) {
      if (isSingle(component, 'interpretation')) this.#add(['stu3'])
    }
    const systems = ['category', 'interpretation', 'dataAbsentReason'].flatMap((name) =>
      objectsOf(observation, name).flatMap((concept) =>
        objectsOf(concept, 'coding').map((coding) => textOf(coding, 'system') ?? ''),
      ),
    )
    // R4 moved HL7's own code systems to their own host ("Terminologies", 4.3).
    if (systems.some((system) => system.startsWith('http://terminology.hl7.org/'))) this.#add(['r4'])
    if (systems.some((system) => system.startsWith('http://hl7.org/fhir/'))) this.#add(['dstu2', 'stu3'])
  }

  #lookAtReport(report: ExactObject): void {
    if (isSingle(report, 'performer')) this.#add(['dstu2'])
    if (objectsOf(report, 'performer').some((performer) => objectOf(performer, 'actor') !== undefined))
      this.#add(['stu3'])
    if (report.has('request')) this.#add(['dstu2'])
    if (report.has('basedOn')) this.#add(['r4', 'stu3'])
    if (report.has('image') || report.has('codedDiagnosis')) this.#add(['dstu2', 'stu3'])
    if (report.has('media') || report.has('resultsInterpreter') || report.has('conclusionCode')) this.#add(['r4'])
    if (isList(report, 'category')) this.#add(['r4'])
  }

  #add(versions: readonly FhirVersion[], weight = 1): void {
    for (const version of versions) this.#signs.set(version, (this.#signs.get(version) ?? 0) + weight)
  }
}

/** Types that not every version has (R4 "Resource list", STU3 and DSTU2 likewise). */
const TYPE_SIGNS = new Map<string, readonly FhirVersion[]>([
  ['DiagnosticOrder', ['dstu2']],
  ['MedicationOrder', ['dstu2']],
  ['BodySite', ['dstu2', 'stu3']],
  ['ProcedureRequest', ['dstu2', 'stu3']],
  ['ReferralRequest', ['dstu2', 'stu3']],
  ['Sequence', ['stu3']],
  ['ServiceRequest', ['r4']],
  ['MolecularSequence', ['r4']],
])

function profilesOf(resource: ExactObject): readonly string[] {
  const profiles = objectOf(resource, 'meta')?.get('profile')
  return Array.isArray(profiles) ? profiles.filter((profile) => typeof profile === 'string') : []
}

function isSingle(object: ExactObject, name: string): boolean {
  return objectOf(object, name) !== undefined
}

function isList(object: ExactObject, name: string): boolean {
  return Array.isArray(object.get(name))
}
