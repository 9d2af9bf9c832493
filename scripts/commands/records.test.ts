import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runCommandLine } from '../command-process.ts'

// Each command is a process of its own, and takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let folder: string

const roadworthy = (...args: string[]) => runCommandLine(args, folder)
const chosen = ['run', '--requirement', 'CONN-HTTPS-02']

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'roadworthy-records-'))
  mkdirSync(join(folder, 'parts'))
  for (const part of ['1/2', '2/2']) {
    const { code, stderr } = await roadworthy(
      ...chosen,
      '--shard',
      part,
      '--out',
      `parts/${part.replace('/', '-')}.json`,
    )
    expect(code, stderr).toBe(0)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

test('the parts of a run are put together to what one run finds', async () => {
  const merged = await roadworthy('merge', 'parts', '--out', 'merged.json', '--junit', 'merged.xml', '--json')
  expect(merged.code, merged.stderr).toBe(0)
  await roadworthy(...chosen, '--out', 'whole.json')
  const compared = await roadworthy('compare', 'merged.json', 'whole.json')
  expect(compared).toMatchObject({ code: 0, stderr: '0 worse, 0 better, 0 differences beside.\n' })
  expect(JSON.parse(merged.stdout).selected).toBe(
    JSON.parse(readFileSync(join(folder, 'whole.json'), 'utf8')).header.selected,
  )
})

test('a verdict that is worse is exit code 1', async () => {
  const record = JSON.parse(readFileSync(join(folder, 'parts', '1-2.json'), 'utf8'))
  record.results[0].verdict = { kind: 'fail', reason: 'it does not' }
  writeFileSync(join(folder, 'after.json'), JSON.stringify(record))
  const { code, stderr } = await roadworthy('compare', 'parts/1-2.json', 'after.json')
  expect(stderr).toContain(`WORSE  ${record.results[0].scenario}`)
  expect(code).toBe(1)
})

test.for([
  [['merge', 'parts/1-2.json'], 'Part 2/2 of the run is missing. Name the records of all parts of one run, each once.'],
  [['merge', 'parts/1-2.json', '--out', './parts/1-2.json'], './parts/1-2.json is one of the records to put together'],
  [['merge', 'parts', '--html', 'parts/1-2.json'], 'parts/1-2.json is one of the records to put together'],
  [['merge', 'nowhere.json'], 'cannot read nowhere.json (there is none); name a run record'],
  [['compare', 'parts/1-2.json', 'merged.txt'], 'cannot read merged.txt (there is none)'],
  [['run', '--shard', '3/2'], 'write which part of how many, such as 2/3.'],
] as const)('2: %j', async ([args, message]) => {
  const { code, stderr } = await roadworthy(...args)
  expect(stderr).toContain(message)
  expect(code).toBe(2)
})
