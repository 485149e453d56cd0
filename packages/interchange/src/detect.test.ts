import { concatBytes, utf8ToBytes } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { detectFormat, ndjsonLines } from './detect.ts'
import { IMPORT_BYTES_MAX, type ImportError, importErrorSentence } from './import-error.ts'

const resource = '{"resourceType": "Observation", "status": "final"}'

function detected(content: string | Uint8Array): string {
  const result = detectFormat(typeof content === 'string' ? utf8ToBytes(content) : content)
  if (result.ok) return result.value.format
  return result.error.type === 'UnknownFormat' ? `UnknownFormat ${result.error.reason}` : result.error.type
}

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length))
  for (let index = 0; index < text.length; index++) view.setUint16(2 * index, text.charCodeAt(index), littleEndian)
  return new Uint8Array(view.buffer)
}

describe('detectFormat', () => {
  test.each([
    [resource, 'fhir-json'],
    [`[${resource}]`, 'fhir-json'],
    [` \n${resource}\n `, 'fhir-json'],
    [`${resource}\n${resource}\n`, 'fhir-ndjson'],
    [`${resource}\r\n\r\n${resource}\r\n`, 'fhir-ndjson'],
    [`{"broken": \n${resource}\n`, 'fhir-ndjson'],
    [`broken\n${resource}\n`, 'fhir-ndjson'],
    ['{"a": 1}', 'UnknownFormat JsonWithoutFhir'],
    ['[1, 2]', 'UnknownFormat JsonWithoutFhir'],
    [resource.slice(0, -1), 'BadJson'],
    [`{\n"resourceType": "Bundle",\n"entry": [\n`, 'BadJson'],
    ['name,value\nTSH,2.5', 'UnknownFormat NeitherJsonNorXml'],
    ['<Bundle xmlns="http://hl7.org/fhir"/>', 'NotReadYet'],
    ['<?xml version="1.0"?>\n<Bundle xmlns="http://hl7.org/fhir"/>', 'NotReadYet'],
    ['<html></html>', 'UnknownFormat XmlWithoutFhir'],
    ['', 'EmptyFile'],
    [' \r\n\t', 'EmptyFile'],
  ])('%j is %s', (content, format) => {
    expect(detected(content)).toBe(format)
  })

  test('takes UTF-8 and UTF-16, with or without a byte order mark', () => {
    expect(detected(concatBytes(Uint8Array.of(0xef, 0xbb, 0xbf), utf8ToBytes(resource)))).toBe('fhir-json')
    expect(detected(utf16(`\ufeff${resource}`, true))).toBe('fhir-json')
    expect(detected(utf16(`\ufeff${resource}`, false))).toBe('fhir-json')
    expect(detected(utf16(resource, true))).toBe('fhir-json')
    expect(detected(utf16(resource, false))).toBe('fhir-json')
  })

  test('refuses broken text instead of patching it', () => {
    expect(detected(Uint8Array.of(0x7b, 0xff, 0x7d))).toBe('UnknownFormat NotText')
    expect(detected(Uint8Array.of(0x89, 0x50, 0x4e, 0x47))).toBe('UnknownFormat NotText')
    expect(detected(utf16(`\ufeff${resource}`, true).subarray(0, -1))).toBe('UnknownFormat NotText')
    expect(detected(utf8ToBytes('{"a": "\0"}'))).toBe('UnknownFormat NotText')
  })

  test('a file of the size limit is looked at and one byte more is refused', () => {
    const bytes = new Uint8Array(IMPORT_BYTES_MAX + 1).fill(0x20)
    expect(detected(bytes.subarray(0, IMPORT_BYTES_MAX))).toBe('EmptyFile')
    expect(detected(bytes)).toBe('FileTooLarge')
  })

  test('no bytes make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(detectFormat(bytes)).toHaveProperty('ok')
      }),
    )
  })
})

describe('ndjsonLines', () => {
  test('numbers lines from 1, counts blank ones and leaves them out', () => {
    expect([...ndjsonLines('a\n\n b\r\nc')]).toEqual([
      { line: 1, text: 'a' },
      { line: 3, text: 'b' },
      { line: 4, text: 'c' },
    ])
    expect([...ndjsonLines('')]).toEqual([])
    expect([...ndjsonLines('a\n')].length).toBe(1)
  })
})

describe('importErrorSentence', () => {
  test('says each error in one English sentence', () => {
    const errors: readonly ImportError[] = [
      { type: 'EmptyFile' },
      { type: 'FileTooLarge', bytesMax: IMPORT_BYTES_MAX },
      { type: 'UnknownFormat', reason: 'JsonWithoutFhir' },
      { type: 'NotReadYet', format: 'fhir-xml' },
      { type: 'BadJson', problem: 'bad number', line: 3, column: 9 },
    ]
    for (const error of errors) expect(importErrorSentence(error)).toMatch(/^[A-Z].+\.$/)
    expect(importErrorSentence({ type: 'BadJson', problem: 'bad number', line: 3, column: 9 })).toContain(
      'line 3, column 9',
    )
  })
})
