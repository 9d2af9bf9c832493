import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readPackageFacts } from '../package-facts.ts'
import type { BenchmarkReport } from './benchmark.ts'

// Standard error closes when the last process that writes to it has ended: a run that leaves one behind never ends here.
const timeout = 60_000
const folder = mkdtempSync(join(tmpdir(), 'roadworthy-bench-test-'))

afterAll(() => rmSync(folder, { recursive: true }))

test('a quick run answers with figures and exit code 0', { timeout }, async () => {
  const { code, stdout, stderr } = await bench(['--quick', '--connections', '4', '--json'])
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const { paths, start, memory } = JSON.parse(stdout) as BenchmarkReport
  for (const { ratio, ratios, mock, bare } of Object.values(paths)) {
    expect(ratios).toEqual([mock.requestsPerSecond.median / bare.requestsPerSecond.median])
    expect(ratio).toEqual({ median: ratios[0], lowest: ratios[0], highest: ratios[0] })
    expect(Math.min(mock.latency.p50, bare.latency.p50, mock.serverCpu, bare.serverCpu)).toBeGreaterThan(0)
  }
  expect(Math.min(start.freshKeys.median, start.cachedKeys.median, start.bare, memory.mock)).toBeGreaterThan(0)
})

test.each([
  [
    ['--misbehave', 'random-above-hundred'],
    1,
    /^REST rest-test\/random at https.* wrong bodies, the first: \{"data":[12]\d\d\}$/m,
  ],
  [['--misbehave', 'deny-everyone'], 1, /^REST rest-test\/random: the first answer has status 500: /m],
  [['--misbehave', 'nonsense'], 2, /^no misbehaviour is called "nonsense"/m],
  [['--pairs', '1.5'], 2, /^error: option '-p, --pairs <number>' argument '1.5' is invalid. write a whole number/],
])('%j fails with exit code %i', { timeout }, async (args, expected, message) => {
  const { code, stdout, stderr } = await bench(['--quick', '--connections', '4', ...args])
  expect(stderr).toMatch(message)
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
})

test('Ctrl-C under load ends every process and leaves no file', { timeout }, async () => {
  const { code, stdout, stderr } = await bench(['--quick'], 'REST rest-test/random: warming up')
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
  expect(stderr).not.toContain('SOAP')
  expect(readdirSync(folder)).toEqual([])
})

/** Runs the benchmark; interrupts it when it has written `until` to standard error. */
function bench(
  args: readonly string[],
  until?: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(readPackageFacts().root, 'scripts', 'bench.ts'), ...args], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (until !== undefined && !stderr.includes(until) && (stderr + text).includes(until)) child.kill('SIGINT')
      stderr += text
    })
    child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr }))
  })
}
