import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { UsageError } from '../../fixtures/usage-error.ts'
import { readCertificateRequest } from './certificate-request.ts'
import { DerError } from './der-reader.ts'
import { readOcspRequest } from './ocsp-request.ts'
import { readTimeStampQuery } from './time-stamp-query.ts'

const folder = mkdtempSync(join(tmpdir(), 'roadworthy-mutated-'))

const messages = {
  'certificate request (RSA)': {
    command: 'req -new -newkey rsa:2048 -noenc -keyout key.pem -subj /CN=a -addext subjectAltName=DNS:a,IP:::1',
    read: (bytes: Buffer) => readCertificateRequest(bytes, 'request'),
  },
  'certificate request (EC)': {
    command: 'req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -noenc -keyout ec.pem -subj /CN=a -sha512',
    read: (bytes: Buffer) => readCertificateRequest(bytes, 'request'),
  },
  'OCSP request': { command: 'ocsp -issuer own.pem -cert own.pem -reqout request', read: readOcspRequest },
  'time-stamp query': { command: 'ts -query -data own.pem -sha256 -cert', read: readTimeStampQuery },
} as const

beforeAll(() => {
  openssl('req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout own.key -subj /CN=own -out own.pem')
})

afterAll(() => rmSync(folder, { recursive: true }))

function openssl(command: string): void {
  execFileSync('openssl', command.split(' '), { cwd: folder, stdio: 'pipe' })
}

for (const [name, { command, read }] of Object.entries(messages)) {
  test(`${name} of openssl is read, and any change of its bytes is read or refused, never a defect`, () => {
    openssl(
      command.startsWith('ocsp')
        ? command
        : `${command} -out request${command.startsWith('req') ? ' -outform DER' : ''}`,
    )
    const whole = readFileSync(join(folder, 'request'))
    expect(() => read(whole)).not.toThrow()
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255), fc.constantFrom('replace', 'insert', 'cut'))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = changes.reduce((before, [at, byte, kind]) => {
          if (kind === 'cut') return before.subarray(0, at)
          return Buffer.concat([
            before.subarray(0, at),
            Buffer.of(byte),
            before.subarray(kind === 'insert' ? at : at + 1),
          ])
        }, whole)
        expect(outcomeOf(() => read(bytes))).not.toBe('defect')
      }),
      { numRuns: 3000 },
    )
  })
}

function outcomeOf(read: () => unknown): string {
  try {
    read()
    return 'read'
  } catch (error) {
    if (error instanceof DerError || error instanceof UsageError) return 'refused'
    console.error(error)
    return 'defect'
  }
}
