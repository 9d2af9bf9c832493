import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startEnvironment } from '../mocks/environment.ts'
import { parseRunRecord } from '../suites/report/run-record.ts'
import { keyCacheFolder } from '../suites/target/key-cache-folder.ts'
import { startCommand } from './command-process.ts'
import { defaultTopologyFile, readPackageFacts } from './package-facts.ts'
import { readTopologyFile } from './topology-file.ts'

// The real command line in a process of its own: what an operator types, what the shell sees.
const { root, version } = readPackageFacts()
const folder = mkdtempSync(join(tmpdir(), 'roadworthy-cli-'))
const servers: Server[] = []

afterAll(() => {
  for (const server of servers) server.close().closeAllConnections()
  rmSync(folder, { recursive: true })
})

const oneScenario = ['run', '--name', '^https client refused without certificate .rest']

test('0: the mock conforms; data on standard output, words on standard error, reports in files', async () => {
  const [out, junit, html] = ['run.json', 'junit.xml', 'report.html'].map((name) => join(folder, name))
  const files = ['--out', out, '--junit', junit, '--html', html].map(String)
  const { code, stdout, stderr } = await roadworthy([...oneScenario, '--json', ...files])
  expect(stderr).toContain('FI-DEV conforms: 1 of 1 scenarios passed.')
  expect(JSON.parse(stdout)).toMatchObject({ exitCode: 0, selected: 1, verdicts: { pass: 1, fail: 0 } })
  expect(code).toBe(0)
  const record = parseRunRecord(readFileSync(String(out), 'utf8'))
  expect(record.results[0]?.evidence).toMatchObject([{ kind: 'fault', key: 'clientProxy.sslAuthenticationFailed' }])
  expect(readFileSync(String(junit), 'utf8')).toContain('<property name="requirement" value="CONN-HTTPS-02"/>')
  expect(readFileSync(String(html), 'utf8')).toContain('<title>FI-DEV: conforms')
})

test('0: help and version', async () => {
  expect(await roadworthy(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  for (const command of [[], ['run'], ['requirements']]) {
    const { code, stdout } = await roadworthy([...command, '--help'])
    expect(stdout).toContain('Examples:')
    expect(code).toBe(0)
  }
})

test('1: a server that runs elsewhere fails a MUST; 5: a known deviation that no longer holds', async () => {
  const topology = readTopologyFile(defaultTopologyFile())
  const misbehaviours = ['accept-missing-certificate']
  await using environment = await startEnvironment(topology, { misbehaviours, keyCache: keyCacheFolder() })
  const bindings = writeBindings(environment.bindings, defaultTopologyFile())
  const failing = await roadworthy([...oneScenario, '--bindings', bindings])
  expect(failing.stderr).toContain('FAILED https client refused without certificate (rest)')
  expect(failing.code).toBe(1)

  const known = { scenario: 'https client refused without certificate (rest)', verdict: 'fail', why: 'ticket 12' }
  const deviations = write('deviations.yaml', JSON.stringify([known]))
  expect((await roadworthy([...oneScenario, '--bindings', bindings, '--deviations', deviations])).code).toBe(0)
  environment.misbehave([])
  const stale = await roadworthy([...oneScenario, '--bindings', bindings, '--deviations', deviations])
  expect(stale.stderr).toContain('is known as fail, but it is pass now: remove the deviation.')
  expect(stale.code).toBe(5)
})

test('1: what a handshake shows counts as much as what a call brings', async () => {
  const topology = readTopologyFile(defaultTopologyFile())
  await using environment = await startEnvironment(topology, {
    misbehaviours: ['speak-old-tls'],
    keyCache: keyCacheFolder(),
  })
  const bindings = writeBindings(environment.bindings, defaultTopologyFile())
  const { code, stderr } = await roadworthy(['run', '--requirement', 'TLS-02', '--strict', '--bindings', bindings])
  expect(stderr).toContain('tls 1.1 not spoken with information systems')
  expect(stderr).not.toContain('INCONCLUSIVE')
  expect(code).toBe(1)
})

test.each([
  [['run', '--nope'], "error: unknown option '--nope'"],
  [['rum'], "error: unknown command 'rum'"],
  [['run', '--requirement', 'CONN-HTTPS-99'], 'There is no requirement "CONN-HTTPS-99"; did you mean'],
  [['run', '--area', 'tenacy'], 'There is no area "tenacy"; did you mean tenancy?'],
  [['run', '--profile', '7.9'], 'there is no profile "7.9"; write 7.8'],
  [['run', '--topology', 'missing.yaml'], 'missing.yaml'],
  [
    ['run', '--topology', 'a.yaml', '--bindings', 'b.yaml'],
    "option '-b, --bindings <file>' cannot be used with option",
  ],
  [
    ['run', '--deviations', write('unknown.yaml', '[{ scenario: http client, verdict: fail, why: x }]')],
    'unknown.yaml:1:4: there is no scenario "http client"; write ',
  ],
  [['run', '--deviations', write('why.yaml', '- scenario: x\n  verdict: fail')], 'why.yaml:1:3'],
  [
    [...oneScenario, '--out', '/no/such/folder/run.json'],
    'cannot write /no/such/folder/run.json (its folder does not exist)',
  ],
  [[...oneScenario, '--out', folder], `cannot write ${folder} (it is a folder); name a file`],
])('2: %j', async (args, message) => {
  const { code, stdout, stderr } = await roadworthy(args)
  expect(stderr).toContain(message)
  expect(stderr).not.toMatch(/^ +at /m)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})

test('3: nothing answers at the address, and not one verdict is given', async () => {
  const bindings = writeBindings(
    { servers: { ss1: { http: 'http://127.0.0.1:1' } }, identities: {} },
    defaultTopologyFile(),
  )
  const { code, stdout, stderr } = await roadworthy([...oneScenario, '--bindings', bindings, '--json'])
  expect(stderr).toBe(
    'Nothing answers at http://127.0.0.1:1, the address of ss1 (ECONNREFUSED): start the server or correct the bindings.\n',
  )
  expect(JSON.parse(stdout)).toEqual({ exitCode: 3, error: stderr.trim() })
  expect(code).toBe(3)
})

test('3: the filters choose nothing', async () => {
  const { code, stderr } = await roadworthy(['run', '--name', 'no such scenario'])
  expect(stderr).toContain('No scenario fits all the filters')
  expect(code).toBe(3)
})

test('4: a defect of the tool keeps its stack', async () => {
  const broken = `data:text/javascript,Map.groupBy = () => { throw new Error('broken on purpose') }`
  const { code, stderr } = await roadworthy(oneScenario, ['--import', broken])
  expect(stderr).toMatch(/defect of roadworthy.*\nError: broken on purpose\n +at /)
  expect(code).toBe(4)
})

test('130: interrupted while a server keeps the caller waiting; the record has no footer', async () => {
  const run = new AbortController()
  let calls = 0
  const url = await listen((_request, response) => {
    calls += 1
    // The first call is the introduction; the scenario that follows waits until the operator has enough.
    if (calls === 1) response.setHeader('content-type', 'application/json').end('{"data":1}')
    else run.abort()
  })
  const bindings = writeBindings(
    { servers: { ss1: { http: url } }, identities: {} },
    write('plain.yaml', plainTopology),
  )
  const out = join(folder, 'interrupted.json')
  const args = ['run', '--name', '^http client answered over plain http .rest', '--bindings', bindings, '--out', out]
  const { code, stderr } = await roadworthy(args, [], run.signal)
  expect(stderr).toContain('Interrupted: the results are incomplete.')
  expect(code).toBe(130)
  expect(() => parseRunRecord(readFileSync(out, 'utf8'))).toThrow('has no footer')
})

test('130: interrupted as soon as a library listens for signals too, which would end the process at once', async () => {
  const interrupt =
    "process.on('newListener', (event) => event === 'SIGINT' && process.listenerCount(event) && process.kill(process.pid, event))"
  const { code, stderr } = await roadworthy(oneScenario, ['--import', `data:text/javascript,${interrupt}`])
  expect(stderr).toContain('Interrupted: the results are incomplete.')
  expect(code).toBe(130)
})

test('130: interrupted while a container engine does not answer', async () => {
  const asked = Promise.withResolvers<void>()
  const engine = await listen(() => asked.resolve())
  const run = startCommand([...oneScenario, '--mode', 'containers'], folder, { DOCKER_HOST: engine })
  await Promise.race([asked.promise, run.ended])
  run.kill('SIGINT')
  expect(await run.ended).toEqual({ code: 130, stdout: '', stderr: 'Interrupted.\n' })
})

const plainTopology = `
instance: X
memberClasses: [GOV]
members: [{ id: X/GOV/1, name: One }]
servers:
  - code: ss1
    owner: X/GOV/1
    clients:
      - { id: X/GOV/1/Consumer, connectionType: HTTP }
      - id: X/GOV/1/Provider
        connectionType: HTTPS
        descriptions:
          - type: REST
            services: [{ code: rest-test, url: 'http://127.0.0.1:9', allow: [{ subjects: [{ client: X/GOV/1/Consumer }] }] }]
`

function write(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

/** Writes the bindings file that an operator would write for a server at those addresses. */
function writeBindings(
  { servers, identities }: Pick<Awaited<ReturnType<typeof startEnvironment>>['bindings'], 'servers' | 'identities'>,
  topology: string,
): string {
  const bound = Object.entries(servers).map(([code, { trust, ...urls }]) => {
    return [code, { ...urls, ...(trust && { trustFile: write(`${code}.pem`, trust) }) }]
  })
  const { certificates } = readTopologyFile(topology)
  const known = Object.entries(identities).filter(([name]) => certificates[name] !== undefined)
  const named = known.map(([name, { certificate, key }]) => {
    const keyFile = key && { keyFile: write(`${name}.key`, key) }
    return [name, { certificateFile: write(`${name}.pem`, certificate), ...keyFile }]
  })
  const file = {
    topology: resolve(topology),
    servers: Object.fromEntries(bound),
    identities: Object.fromEntries(named),
  }
  return write('bindings.yaml', JSON.stringify(file))
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function roadworthy(
  args: readonly string[],
  nodeOptions: readonly string[] = [],
  interrupt?: AbortSignal,
): Promise<Ended> {
  return new Promise((done, fail) => {
    const cli = join(root, 'scripts', 'cli.ts')
    const child = spawn(process.execPath, [...nodeOptions, cli, ...args], {
      cwd: dirname(cli),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    interrupt?.addEventListener('abort', () => child.kill('SIGINT'), { once: true })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', fail).once('close', (code) => done({ code, stdout, stderr }))
  })
}
