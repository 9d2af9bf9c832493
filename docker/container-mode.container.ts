import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { runCommandLine } from '../scripts/command-process.ts'
import { readPackageFacts, topologyFile } from '../scripts/package-facts.ts'
import { containerTest } from '../suites/containers/container-test.ts'
import type { RunRecord } from '../suites/report/run-record.ts'
import { listScenarios } from '../suites/scenario-list.ts'
import { freePorts } from '../suites/target/containers/free-ports.ts'
import { engine } from './container-engine.ts'

const inContainers = ['run', '--mode', 'containers']
const run = [...inContainers, '--topology', topologyFile('minimal'), '--requirement', 'CONN-HTTPS-01']

containerTest(
  'every scenario is passed in containers, as it is in this process',
  async () => {
    const folder = temporaryFolder()
    const { code, stderr } = await runCommandLine([...inContainers, '--out', 'record.json'], folder)
    expect(stderr).toMatch(/FI-DEV conforms: (\d+) of \1 scenarios passed\./)
    expect(code).toBe(0)
    const { results } = JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8')) as RunRecord
    const names = (await listScenarios()).map(({ name }) => name)
    expect(results.map(({ scenario }) => scenario).toSorted()).toEqual(names.toSorted())
    expect(new Set(results.map(({ verdict }) => verdict.kind))).toEqual(new Set(['pass']))
  },
  180_000,
)

containerTest(
  'a failed run says what its containers said, leaves nothing behind, and clears up after a killed one',
  async () => {
    const before = await everything()
    const killed = spawn(process.execPath, [join(readPackageFacts().root, 'scripts', 'cli.ts'), ...run])
    const ended = new Promise((resolve) => killed.once('close', resolve))
    await untilSomethingRuns(before)
    killed.kill('SIGKILL')
    await ended
    expect(await everything()).not.toEqual(before)
    // The library labels containers where its reaper runs; the network is labelled by us.
    const labels = ['org.testcontainers.session-id', 'roadworthy.owner'].flatMap((label) => [
      '--filter',
      `label=${label}`,
    ])
    const reaped = await engine(['network', 'ls', '--quiet', ...labels])
    expect(reaped.stdout).toMatch(/^[0-9a-f]{12}\n$/)
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'lost.yaml'), withLostService())
    const { code, stderr } = await runCommandLine([...run, '--topology', 'lost.yaml'], folder)
    expect(stderr).toMatch(/FI-DEV does not conform: /)
    const said = stderr.split('The containers have said:\n')[1]
    for (const part of ['central-server', 'ss1', 'information-systems']) expect(said).toContain(`ready: ${part}, `)
    expect(code).toBe(1)
    expect(await everything()).toEqual(before)
  },
)

containerTest('a security server may have the name of a role for its code', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'code.yaml'), withServer('information-systems'))
  const { code, stderr } = await runCommandLine([...run, '--topology', 'code.yaml'], folder)
  expect(stderr).toMatch(/FI-DEV conforms: /)
  expect(code).toBe(0)
})

containerTest('an interrupted run leaves nothing behind', async () => {
  const before = await everything()
  const child = spawn(process.execPath, [join(readPackageFacts().root, 'scripts', 'cli.ts'), ...run])
  const ended = new Promise((resolve) => child.once('close', resolve))
  await untilSomethingRuns(before)
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(await everything()).toEqual(before)
})

containerTest('without engine, image or port it says so in one sentence, and nothing is left running', async () => {
  const before = await everything()
  const [taken = 0] = await freePorts(1)
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(taken, '127.0.0.1', resolve))
  onTestFinished(() => void holder.close())
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'taken.yaml'), withCentralServerOn(taken))
  writeFileSync(join(folder, 'wrong.yaml'), 'instance: [\n')
  writeFileSync(join(folder, 'peer.yaml'), withPeerOn(5600))
  writeFileSync(join(folder, 'code.yaml'), withServer('central-server'))

  const cases = [
    [{ DOCKER_HOST: 'unix:///no/engine.sock' }, [], 3, 'No container engine answers at /no/engine.sock. '],
    [{ DOCKER_HOST: `unix://${folder}/wrong.yaml` }, [], 3, `No container engine answers at ${folder}/wrong.yaml. `],
    [{ DOCKER_HOST: 'fd://' }, [], 3, 'No container engine answers at fd://. '],
    [{ ROADWORTHY_IMAGE: `none-${randomUUID()}:1` }, [], 3, 'The engine has no image none-'],
    [{}, ['--topology', 'taken.yaml'], 3, `The port ${taken} is taken; `],
    [{}, ['--topology', 'wrong.yaml'], 2, 'wrong.yaml:2:1: this is not YAML'],
    [{}, ['--topology', 'peer.yaml'], 2, 'others look for ss1 on port 5500, not 5600; leave its peer out'],
    [{}, ['--topology', 'code.yaml'], 2, 'code.yaml:19:5: containers find the central server by the name "central-'],
  ] as const
  const ended = await Promise.all(cases.map(([env, args]) => runCommandLine([...run, ...args], folder, env)))
  for (const [index, [, , code, sentence]] of cases.entries()) {
    expect(ended[index]?.stderr).toContain(sentence)
    expect(ended[index]?.stderr.trim().split('\n')).toHaveLength(1)
    expect(ended[index]?.code).toBe(code)
  }
  expect(await everything()).toEqual(before)
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'roadworthy-mode-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Identifiers of all that an engine keeps. */
async function everything(): Promise<readonly string[]> {
  const lists = await Promise.all([
    engine(['ps', '--all', '--quiet', '--no-trunc']),
    engine(['network', 'ls', '--quiet', '--no-trunc']),
    engine(['volume', 'ls', '--quiet']),
  ])
  return lists.flatMap(({ stdout }) => stdout.split('\n').filter(Boolean)).sort()
}

async function untilSomethingRuns(before: readonly string[]): Promise<void> {
  const deadline = Date.now() + 30_000
  while ((await everything()).length < before.length + 5) {
    if (Date.now() > deadline) throw new Error('nothing was started in 30 s')
  }
}

function withCentralServerOn(port: number): string {
  return `${readFileSync(topologyFile('minimal'), 'utf8')}\ncentralServer: { listen: { http: ${port} } }\n`
}

function withServer(code: string): string {
  return readFileSync(topologyFile('minimal'), 'utf8').replace('code: ss1\n', `code: ${code}\n`)
}

function withPeerOn(port: number): string {
  return readFileSync(topologyFile('minimal'), 'utf8').replace(
    'code: ss1\n',
    `code: ss1\n    listen: { peer: ${port} }\n`,
  )
}

/** Where its address leads, the REST service is not. */
function withLostService(): string {
  return readFileSync(topologyFile('minimal'), 'utf8').replace(/\/rest-api$/gm, '/nowhere')
}
