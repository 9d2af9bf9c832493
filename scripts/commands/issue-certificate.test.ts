import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type CommandProcess, type EndedCommand, runCommandLine, startCommand } from '../command-process.ts'
import { readPackageFacts } from '../package-facts.ts'

// Each command is a process of its own, and takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'roadworthy-issue-'))
let environment: CommandProcess

beforeAll(async () => {
  environment = startCommand(
    ['up', '--topology', join(readPackageFacts().root, 'fixtures', 'topologies', 'minimal.yaml'), '--json'],
    folder,
  )
  await environment.printed('\n')
}, 30_000)

afterAll(async () => {
  environment.kill('SIGTERM')
  await environment.ended
  rmSync(folder, { recursive: true })
})

function certificate(...args: string[]): Promise<EndedCommand> {
  return runCommandLine(['certificate', ...args], folder)
}

function openssl(command: string, ...rest: string[]): string {
  return execFileSync('openssl', [...command.split(' '), ...rest], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
}

const key = 'req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout key.pem -subj'

test('a certificate is issued for a request of openssl, verified by it, and revoked', async () => {
  openssl(key, '/C=FI/O=Testi Oy/CN=1234567-1/serialNumber=FI-DEV\\/ss1\\/COM', '-out', 'sign_csr.pem')
  expect(await certificate('authority', '--out', 'ca.pem')).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await certificate('issue', 'sign_csr.pem', '--usage', 'signing', '--out', 'sign.pem')).toMatchObject({
    code: 0,
  })
  expect(openssl('verify -x509_strict -purpose any -CAfile ca.pem sign.pem')).toBe('sign.pem: OK\n')
  const { infoAccess } = new X509Certificate(readFileSync(join(folder, 'sign.pem')))
  const ocsp = `ocsp -issuer ca.pem -CAfile ca.pem -cert sign.pem -url ${infoAccess?.replace('OCSP - URI:', '').trim()}`
  expect(openssl(ocsp)).toContain('sign.pem: good\n')
  expect(await certificate('revoke', 'sign.pem')).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(openssl(ocsp)).toContain('sign.pem: revoked\n')
})

test('what cannot be issued or revoked is refused in one sentence with the name of the file', async () => {
  openssl(key, '/CN=ss1.example', '-out', 'short.pem')
  openssl('req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout key.pem -subj /CN=own -out own.pem')
  writeFileSync(join(folder, 'cut.pem'), readFileSync(join(folder, 'short.pem'), 'utf8').slice(0, 200))
  const told = async (...args: string[]) => {
    const { code, stdout, stderr } = await certificate(...args)
    expect([code, stdout]).toEqual([2, ''])
    return stderr
  }
  expect(await told('issue', 'short.pem', '--usage', 'signing')).toBe(
    'short.pem is refused: The request lacks C, O, serialNumber in its subject; write C, O, CN, serialNumber.\n',
  )
  expect(await told('issue', 'cut.pem', '--usage', 'internal')).toBe(
    'cut.pem holds a certificate request that is cut off; make one: openssl req -new -key key.pem -out request.pem\n',
  )
  expect(await told('issue', 'missing.pem', '--usage', 'internal')).toContain('missing.pem (there is none)')
  expect(await told('issue', 'short.pem', '--usage', 'else')).toContain('Allowed choices are signing, authentication')
  expect(await told('revoke', 'own.pem')).toBe(
    'own.pem: this authority has not issued the certificate; ask the one that has\n',
  )
})
