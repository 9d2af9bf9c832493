import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suiteName } from '../../../fixtures/tls/cipher-suites.ts'
import type { ProtocolVersion } from '../../../fixtures/tls/versions.ts'
import { findCommand } from './server-process.ts'

/** Versions that a server speaks, with the IANA names of their suites, sorted. */
export type SuiteSets = Readonly<Partial<Record<ProtocolVersion, readonly string[]>>>

/** A tool of others that enumerates versions and suites. */
export interface ReferenceTool {
  readonly name: string
  /** The command on this machine, or undefined if there is none. */
  readonly command: string | undefined
  enumerate(port: number): Promise<SuiteSets>
}

const run = promisify(execFile)
/** Milliseconds and bytes; testssl.sh takes ten seconds for most servers, and minutes on a busy machine. */
const limit = { timeout: 400_000, maxBuffer: 16 * 1024 * 1024 }

const sslscanCommand = findCommand(['sslscan'])
const testsslCommand = findCommand(['testssl.sh', 'testssl'])

export const sslscan: ReferenceTool = {
  name: 'sslscan',
  command: sslscanCommand,
  async enumerate(port) {
    const checks = ['compression', 'fallback', 'groups', 'heartbleed', 'renegotiation', 'check-certificate']
    const options = ['--xml=-', ...checks.map((check) => `--no-${check}`), `127.0.0.1:${port}`]
    return readSslscan((await run('sslscan', options, limit)).stdout)
  },
}

export const testssl: ReferenceTool = {
  name: 'testssl.sh',
  command: testsslCommand,
  async enumerate(port) {
    const file = join(tmpdir(), `roadworthy-testssl-${randomUUID()}.json`)
    const quiet = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none', '--jsonfile', file]
    try {
      // Its exit code counts findings, which are not asked for.
      await run(testsslCommand ?? '', [...quiet, '-p', '-E', `127.0.0.1:${port}`], limit).catch(passFindings)
      return readTestssl(JSON.parse(readFileSync(file, 'utf8')))
    } finally {
      rmSync(file, { force: true })
    }
  },
}

function passFindings(error: { readonly code?: unknown }): void {
  if (typeof error.code !== 'number' || error.code > 50) throw error
}

const sslscanVersions: Readonly<Record<string, ProtocolVersion>> = {
  'ssl 2': 'SSLv2',
  'ssl 3': 'SSLv3',
  'tls 1.0': 'TLSv1',
  'tls 1.1': 'TLSv1.1',
  'tls 1.2': 'TLSv1.2',
  'tls 1.3': 'TLSv1.3',
}

function readSslscan(xml: string): SuiteSets {
  const spoken = [...xml.matchAll(/<protocol type="(\w+)" version="([\d.]+)" enabled="1"/g)]
  const suites = [...xml.matchAll(/<cipher [^>]*sslversion="(SSL|TLS)v([\d.]+)"[^>]* id="0x([0-9A-Fa-f]+)"/g)]
  return collect(
    spoken.map(([, type, version]) => sslscanVersions[`${type} ${version}`]),
    suites.map(([, type, version, code]) => [sslscanVersions[`${type?.toLowerCase()} ${version}`], code]),
  )
}

const testsslVersions: Readonly<Record<string, ProtocolVersion>> = {
  ssl2: 'SSLv2',
  ssl3: 'SSLv3',
  tls1: 'TLSv1',
  tls1_1: 'TLSv1.1',
  tls1_2: 'TLSv1.2',
  tls1_3: 'TLSv1.3',
}

function readTestssl(findings: readonly { readonly id: string; readonly finding: string }[]): SuiteSets {
  const spoken = findings.filter(({ finding }) => /^(vulnerable, )?offered/.test(finding))
  const suites = findings.flatMap(({ id }) => [...id.matchAll(/^cipher-(\w+)_x([0-9a-f]+)$/g)])
  return collect(
    spoken.map(({ id }) => testsslVersions[id.toLowerCase().replace('sslv', 'ssl')]),
    suites.map(([, version, code]) => [testsslVersions[version ?? ''], code]),
  )
}

type Row = readonly [version: ProtocolVersion | undefined, code: string | undefined]

function collect(spoken: readonly (ProtocolVersion | undefined)[], rows: readonly Row[]): SuiteSets {
  const versions = [...spoken, ...rows.map(([version]) => version)].filter((version) => version !== undefined)
  const suitesOf = (version: ProtocolVersion) =>
    rows.filter(([one]) => one === version).map(([, code]) => suiteName(Number.parseInt(code ?? '', 16)))
  return Object.fromEntries(versions.map((version) => [version, [...new Set(suitesOf(version))].sort()]))
}
