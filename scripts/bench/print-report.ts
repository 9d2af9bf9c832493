import { cpus } from 'node:os'
import type { Latency } from './answer-window.ts'
import type { BenchmarkReport, PathReport, ServerFigures } from './benchmark.ts'
import { hotPathNames, hotPaths } from './hot-path.ts'
import type { Summary } from './statistics.ts'

/** The figures for people, ratios first. */
export function printReport({ plan, separateCores, tls, start, paths, memory }: BenchmarkReport): string {
  const lines = [
    `${machine()}; ${separateCores ? 'servers on core 0, load on core 1' : 'servers and load share the cores'}`,
    `${tls.version} ${tls.cipher}, a listed client certificate, ${plan.connections} keep-alive connections, ${plan.pairs} pairs of ${plan.seconds} s`,
    '',
    'Requests per second beside a bare Node https server that asks for client certificates and answers the same bytes:',
    ...hotPathNames.map((name) => `  ${hotPaths[name].title.padEnd(24)}${printRatio(paths[name])}`),
    'The same per second of CPU that the server used, for a machine that is not idle:',
    ...hotPathNames.map((name) => `  ${hotPaths[name].title.padEnd(24)}${printSummary(paths[name].ratioByCpu)}`),
    ...hotPathNames.flatMap((name) => warnings(paths[name], hotPaths[name].title)),
    '',
    'For information (these differ from run to run and machine to machine; the latency is that at full speed):',
    `  ${'milliseconds of latency'.padEnd(30)}requests/s (range)           p50   p97.5     p99   server CPU  load CPU`,
    ...hotPathNames.flatMap((name) => [
      printFigures(`${hotPaths[name].title}, mock`, paths[name].mock),
      printFigures(`${hotPaths[name].title}, bare`, paths[name].bare),
    ]),
    ...hotPathNames.flatMap((name) => [
      ...printPaced(`${hotPaths[name].title}, mock`, paths[name].mock),
      ...printPaced(`${hotPaths[name].title}, bare`, paths[name].bare),
    ]),
    '',
    `Start to first mTLS answer: ${milliseconds(start.freshKeys)} with fresh keys, ${milliseconds(start.cachedKeys)} with cached ones, bare ${start.bare.toFixed(0)} ms`,
    `Memory after the load: mock ${megabytes(memory.mock)}, bare ${megabytes(memory.bare)}, ratio ${(memory.mock / memory.bare).toFixed(2)}`,
  ]
  return `${lines.join('\n')}\n`
}

function machine(): string {
  const cores = cpus()
  return `Node ${process.versions.node}, OpenSSL ${process.versions.openssl}, ${cores.length} × ${cores[0]?.model.trim()}`
}

function printRatio({ ratio, ratios }: PathReport): string {
  return `${printSummary(ratio)}   of ${ratios.map((one) => one.toFixed(3)).join(' ')}`
}

function printSummary({ median, lowest, highest }: Summary): string {
  return `${median.toFixed(3)} [${lowest.toFixed(3)}-${highest.toFixed(3)}]`
}

/** A server that had its core to itself and was asked for all it could do uses nearly all of it. */
const busy = 0.9

function warnings({ mock, bare }: PathReport, title: string): string[] {
  const idle = Object.entries({ mock, bare }).filter(([, { serverCpu }]) => serverCpu < busy)
  return idle.map(
    ([name, { serverCpu, loadCpu }]) =>
      `  ! ${title}: the ${name} server used only${percent(serverCpu, 5)} of its core, so ` +
      (loadCpu > busy ? 'the load was the limit.' : 'something else ran on this machine: look at the second ratio.'),
  )
}

function printFigures(title: string, { requestsPerSecond, latency, serverCpu, loadCpu }: ServerFigures): string {
  const { median, lowest, highest } = requestsPerSecond
  const rate = `${median.toFixed(0)} (${lowest.toFixed(0)}-${highest.toFixed(0)})`
  return `  ${title.padEnd(30)}${rate.padEnd(24)}${printLatency(latency, 2)}${percent(serverCpu, 13)}${percent(loadCpu, 10)}`
}

/** autocannon corrects these for coordinated omission: what could not be sent during a stall counts as having waited. */
function printPaced(title: string, { paced }: ServerFigures): string[] {
  if (paced === undefined) return []
  return [`  ${title.padEnd(30)}${`at ${paced.rate} a second`.padEnd(24)}${printLatency(paced.latency, 0)}`]
}

function printLatency({ p50, p97_5, p99 }: Latency, digits: number): string {
  return [p50, p97_5, p99].map((value) => value.toFixed(digits).padStart(8)).join('')
}

function percent(share: number, width: number): string {
  return `${(share * 100).toFixed(0)} %`.padStart(width)
}

function milliseconds({ median, lowest, highest }: Summary): string {
  return `${median.toFixed(0)} ms [${lowest.toFixed(0)}-${highest.toFixed(0)}]`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MB`
}
