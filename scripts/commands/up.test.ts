import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type CommandProcess, startCommand } from '../command-process.ts'
import type { EnvironmentListing } from '../environment-listing.ts'
import { readPackageFacts } from '../package-facts.ts'

// Each command is a process of its own, and takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const topologies = join(readPackageFacts().root, 'fixtures', 'topologies')
const minimal = readFileSync(join(topologies, 'minimal.yaml'), 'utf8')

let folder: string
let running: CommandProcess[]

beforeEach(() => {
  // Whoever pastes a line with this folder in it notices every mistake in quoting.
  folder = mkdtempSync(join(tmpdir(), `up: it's "a" $folder`))
  writeFileSync(join(folder, 'topology.yaml'), minimal)
  running = []
})

afterEach(async () => {
  for (const one of running) one.kill('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  rmSync(folder, { recursive: true })
})

function up(...args: string[]): CommandProcess {
  const started = startCommand(['up', '--topology', 'topology.yaml', ...args], folder)
  running.push(started)
  return started
}

async function upListing(...args: string[]): Promise<{ process: CommandProcess; listing: EnvironmentListing }> {
  const process = up('--json', ...args)
  return { process, listing: JSON.parse(await process.printed('\n')) }
}

test('--json prints one line when everything listens; its curl lines work; Ctrl-C leaves only files', async () => {
  const { process, listing } = await upListing()
  expect(listing).toMatchObject({
    profile: '7.8',
    clients: [
      { id: 'FI-DEV/GOV/0245437-2/TestClient', server: 'ss1', status: 'registered', connectionType: 'HTTPS' },
      { id: 'FI-DEV/GOV/0245437-2/TestService', certificates: [] },
    ],
    services: [
      { id: 'FI-DEV/GOV/0245437-2/TestService/getRandom/v1', type: 'SOAP' },
      { id: 'FI-DEV/GOV/0245437-2/TestService/helloService/v1', type: 'SOAP' },
      { id: 'FI-DEV/GOV/0245437-2/TestService/rest-test', type: 'REST' },
    ],
  })
  const answers = await Promise.all(listing.examples.map(({ command }) => paste(command)))
  expect(answers).toEqual([
    expect.stringMatching(/^\{"data":\d+\}$/),
    expect.stringContaining('"type":"server.clientproxy.ssl_authentication_failed"'),
    expect.stringMatching(/<(\w+:)?data>\d+</),
    expect.stringContaining('<faultcode>server.clientproxy.ssl_authentication_failed<'),
  ])

  const directory = join(folder, '.roadworthy')
  // Drafts of keys come and go while the central server makes its own.
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const during = entries.filter((entry) => !basename(entry).startsWith('.'))
  for (const entry of ['', ...during]) {
    const facts = statSync(join(directory, entry))
    expect({ entry, mode: facts.mode & 0o777 }).toEqual({ entry, mode: facts.isDirectory() ? 0o700 : 0o600 })
  }
  expect(during).toContain('running.json')

  process.kill('SIGINT')
  expect(await process.ended).toMatchObject({ code: 130, stderr: '' })
  const kept = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  expect(during.filter((entry) => !kept.includes(entry)).sort()).toEqual(['example-getRandom.xml', 'running.json'])
  const { ss1 } = listing.servers
  for (const address of [ss1?.http, ss1?.https]) expect(await knock(address)).toBe('ECONNREFUSED')
})

test('for people the same is printed in words; a second start is refused; the next one has the same certificates', async () => {
  const first = up()
  const words = await first.printed('Ctrl-C stops it.')
  expect(words).toContain('A mock exchange layer runs, profile 7.8.')
  expect(words).toMatch(/^FI-DEV\/GOV\/0245437-2\/TestClient +ss1 +registered +HTTPS +test-client$/m)
  expect(words).toMatch(/TestService on ss1 +getRandom\/v1 \(SOAP\), helloService\/v1 \(SOAP\), rest-test \(REST\)$/m)

  const second = await up().ended
  expect(second).toMatchObject({ code: 2, stdout: '' })
  expect(second.stderr).toMatch(/^an environment runs with the folder .* already \(process \d+\); stop it, .*\n$/)

  const file = join(folder, '.roadworthy', 'test-client.crt.pem')
  const certificate = readFileSync(file, 'utf8')
  first.kill('SIGTERM')
  expect((await first.ended).code).toBe(0)
  await upListing()
  expect(readFileSync(file, 'utf8')).toBe(certificate)
})

test('what a killed environment left is replaced, even if another process has got its number', async () => {
  const { process: killed } = await upListing()
  killed.kill('SIGKILL')
  await killed.ended
  const state = join(folder, '.roadworthy', 'running.json')
  const left = JSON.parse(readFileSync(state, 'utf8'))
  writeFileSync(state, JSON.stringify({ ...left, pid: process.pid }))
  await upListing()
  expect(JSON.parse(readFileSync(state, 'utf8')).pid).not.toBe(process.pid)
})

test('a port that is taken is said in one sentence, and nothing stays', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    writeFileSync(
      join(folder, 'topology.yaml'),
      minimal.replace('- code: ss1', `- code: ss1\n    listen: { http: ${port} }`),
    )
    const { code, stdout, stderr } = await up('--json').ended
    expect(stderr).toMatch(new RegExp(`^.*127.0.0.1:${port}: the port is taken; .*\n$`))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(existsSync(join(folder, '.roadworthy', 'running.json'))).toBe(false)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
})

test.for([
  [['--profile', '7.9'], 'there is no profile "7.9"; write 7.8'],
  [['--misbehave', 'accept-nothing'], 'accept-nothing'],
  [['--directory', 'topology.yaml'], 'topology.yaml (a file has that name)'],
  [['--topology', 'missing.yaml'], 'missing.yaml'],
] as const)('%j is refused', async ([args, message]) => {
  const { code, stdout, stderr } = await up(...args).ended
  expect(stderr).toContain(message)
  expect(stderr).toMatch(/^[^\n]+\n$/)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})

test('another folder, and a misbehaviour', async () => {
  mkdirSync(join(folder, 'deep'))
  const { listing } = await upListing('--directory', 'deep/er', '--misbehave', 'accept-missing-certificate')
  expect(listing.directory).toBe(join(folder, 'deep', 'er'))
  expect(await paste(listing.examples[1]?.command ?? '')).toMatch(/^\{"data":\d+\}$/)
})

/** What a line prints in a shell. */
function paste(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', line.replace(/^curl /, 'curl --silent --show-error ')], (error, stdout) => {
      if (error === null) resolve(stdout)
      else reject(error)
    })
  })
}

/** The error code of an attempt to connect. */
function knock(address = ''): Promise<string | undefined> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.destroy()
      resolve('somebody listens')
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
}
