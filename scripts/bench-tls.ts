import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { everySuite, startOpensslServer } from '../suites/tls/interop/openssl-server.ts'
import { type ReferenceTool, sslscan, testssl } from '../suites/tls/interop/reference-tools.ts'
import { findCommand, type RunningServer } from '../suites/tls/interop/server-process.ts'
import { makeTestCertificates } from '../suites/tls/interop/test-certificates.ts'
import { startNginx } from '../suites/tls/interop/web-server.ts'
import { probeTls } from '../suites/tls/probe-tls.ts'
import { startCountingForwarder } from './bench/counting-forwarder.ts'
import { runCommandLine, startCommand } from './command-process.ts'

/*
 * Time and connections for finding all versions and suites of a server, beside sslscan and testssl.sh in the same run:
 *
 *     npm run bench:tls
 *
 * Only the ratios may be compared between runs. Tools and servers that are not installed are left out.
 */

interface Figures {
  readonly tool: string
  readonly milliseconds: number
  readonly connections: number
  readonly suites: number
}

const repetitions = 5
using files = makeTestCertificates()
const servers: Readonly<Record<string, () => Promise<RunningServer>>> = {
  'the mock, profile 7.8': startMock,
  'openssl s_server, every suite': () => startOpensslServer(files.rsa, everySuite),
  ...(findCommand(['nginx']) === undefined ? {} : { nginx: () => startNginx(files, '') }),
}

for (const [name, start] of Object.entries(servers)) {
  await using server = await start()
  process.stdout.write(`\n${name}\n${row(['', 'ms', 'connections', 'suites', 'times as long'])}`)
  const ours = await measureOurs(server.port)
  const command = await measureCommand(server.port)
  const others = await measureOthers(server.port)
  for (const { tool, milliseconds, connections, suites } of [ours, command, ...others]) {
    const ratio = (milliseconds / ours.milliseconds).toFixed(1)
    process.stdout.write(row([tool, milliseconds.toFixed(0), `${connections}`, `${suites}`, ratio]))
  }
}

/** Everything that `roadworthy tls` tells: groups, certificates and features besides versions and suites. */
async function measureOurs(port: number): Promise<Figures> {
  const reports = []
  for (let count = 0; count < repetitions; count += 1) {
    const started = performance.now()
    const { versions, connections } = await probeTls({ host: '127.0.0.1', port })
    const suites = versions.reduce((sum, one) => sum + (one.spoken ? one.suites.length : 0), 0)
    reports.push({ tool: 'roadworthy', milliseconds: performance.now() - started, connections, suites })
  }
  return median(reports)
}

async function measureCommand(port: number): Promise<Figures> {
  const started = performance.now()
  const { stdout } = await runCommandLine(['tls', `127.0.0.1:${port}`, '--json'], '.')
  const milliseconds = performance.now() - started
  const { connections, versions } = JSON.parse(stdout) as Awaited<ReturnType<typeof probeTls>>
  const suites = versions.reduce((sum, one) => sum + (one.spoken ? one.suites.length : 0), 0)
  return { tool: 'its command, with the start of Node', milliseconds, connections, suites }
}

async function measureOthers(port: number): Promise<Figures[]> {
  const figures: Figures[] = []
  for (const tool of [sslscan, testssl]) {
    if (tool.command !== undefined) figures.push(await measureTool(tool, port))
  }
  return figures
}

/** Versions and suites only. What takes seconds is not slowed down by being counted; what takes less runs once more for it. */
async function measureTool(tool: ReferenceTool, port: number): Promise<Figures> {
  await using counter = await startCountingForwarder(port)
  const through = await timed(tool, counter.port)
  const { milliseconds, suites } = through.milliseconds > 5000 ? through : await timed(tool, port)
  return { tool: tool.name, milliseconds, connections: counter.connections, suites }
}

async function timed(tool: ReferenceTool, port: number): Promise<{ milliseconds: number; suites: number }> {
  const started = performance.now()
  const sets = await tool.enumerate(port)
  return { milliseconds: performance.now() - started, suites: Object.values(sets).flat().length }
}

/** In a process of its own, as the other servers are. */
async function startMock(): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'roadworthy-bench-tls-'))
  const command = startCommand(['up', '--json', '--profile', '7.8', '--directory', folder], '.')
  const { servers } = JSON.parse(await command.printed('\n')) as { servers: { ss1: { https: string } } }
  return {
    port: Number(new URL(servers.ss1.https).port),
    async [Symbol.asyncDispose]() {
      command.kill('SIGTERM')
      await command.ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function median(figures: readonly Figures[]): Figures {
  const sorted = figures.toSorted((one, other) => one.milliseconds - other.milliseconds)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('nothing was measured')
  return middle
}

function row([first = '', ...numbers]: readonly string[]): string {
  return `  ${first.padEnd(36)}${numbers.map((number) => number.padStart(14)).join('')}\n`
}
