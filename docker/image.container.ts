import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, inject, onTestFinished, vi } from 'vitest'
import { containerFiles, defaultImage } from '../fixtures/container-layout.ts'
import { readPackageFacts, topologyFile } from '../scripts/package-facts.ts'
import { containerTest } from '../suites/containers/container-test.ts'
import { inspect, stop } from '../suites/containers/engine-commands.ts'
import { startContainers } from '../suites/target/containers/containers.ts'
import { engine } from './container-engine.ts'

const run = promisify(execFile)

containerTest('the image weighs no more than 130 MB', async () => {
  const { stdout } = await engine(['image', 'inspect', '--format', '{{.Size}}', defaultImage])
  expect(Number(stdout)).toBeLessThanOrEqual(130e6)
})

containerTest(
  'built twice from the same sources it is the same image, and the build says how it was made',
  async () => {
    const build = () => run(process.execPath, [join(readPackageFacts().root, 'docker', 'build.ts')])
    const [one, other] = await Promise.all([build(), build()])
    expect(one.stderr).toMatch(/^Building (with docker\/Dockerfile|on a base assembled from Node v)/m)
    expect(one.stdout).toBe(other.stdout)
  },
)

containerTest('containers run sealed and end within a second of SIGTERM', async () => {
  await using layer = await startContainers({ topology: topology() })
  for (const container of [layer.centralServer, layer.servers.get('ss1'), layer.informationSystems]) {
    if (container === undefined) throw new Error('there is one container of each role')
    const { Config, HostConfig, State } = await inspect(container)
    expect(Config.User).toBe('10001:10001')
    expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'] })
    const bindings = Object.values(HostConfig.PortBindings as Record<string, { HostIp: string }[]>).flat()
    expect([...new Set(bindings.map(({ HostIp }) => HostIp))]).toEqual(['127.0.0.1'])
    expect(await stop(container)).toBeLessThan(1000)
    expect(State.Running).toBe(true)
    expect((await inspect(container)).State.ExitCode).toBe(0)
  }
})

containerTest('its health check fails where nothing runs', async () => {
  const args = ['run', '--rm', '--entrypoint', '/usr/bin/node', defaultImage, '/app/scripts/container-health.js']
  expect((await engine(args)).code).toBe(1)
})

containerTest('what runs in it can write its data folder, which is where volumes get their owner from', async () => {
  const script = `require('node:fs').accessSync('${containerFiles.data}', 2)`
  const args = ['run', '--rm', '--read-only', '--volume', containerFiles.data, '--entrypoint', '/usr/bin/node']
  const { code, stderr } = await engine([...args, defaultImage, '--eval', script])
  expect(code, stderr).toBe(0)
})

containerTest('a container that is set up wrongly says so in one sentence and ends with 2', async () => {
  const folder = import.meta.dirname
  const named = join(mkdtempSync(join(tmpdir(), 'roadworthy-image-')), 'topology.yaml')
  onTestFinished(() => rmSync(dirname(named), { recursive: true }))
  const minimal = readFileSync(topologyFile('minimal'), 'utf8')
  writeFileSync(named, minimal.replace('code: ss1\n', 'code: central-server\n'), { mode: 0o644 })
  const cases = [
    [['--env', 'ROADWORTHY_ROLE=centralserver'], 'there is no role "centralserver"; write central-server\n'],
    [['--env', 'ROADWORTHY_ROLE=security-server'], /^ROADWORTHY_SERVER is missing; write one of ss1, ss2[^\n]*\n$/],
    [
      ['--env', 'ROADWORTHY_ROLE=security-server', '--env', 'ROADWORTHY_SERVER=ss3'],
      /^ROADWORTHY_SERVER: no server "ss3" runs in [^\n]*; write one of ss1, [^\n]*\n$/,
    ],
    [
      [
        ...['--env', 'ROADWORTHY_ROLE=security-server', '--env', 'ROADWORTHY_SERVER=central-server'],
        ...['--volume', `${named}:/etc/roadworthy/topology.yaml:ro`],
      ],
      /^[^\n]*topology.yaml:19:5: containers find the central server by the name "central-server"; write [^\n]*\n$/,
    ],
    [['--env', 'ROADWORTHY_PROFILE=7.77'], /^ROADWORTHY_PROFILE: there is no profile "7.77"; write 7.7, [^\n]*\n$/],
    [
      ['--env', 'ROADWORTHY_TOPLOGY=/t.yaml'],
      'nothing is configured by ROADWORTHY_TOPLOGY; write ROADWORTHY_TOPOLOGY\n',
    ],
    [['--env', 'ROADWORTHY_CONTROL_TOKEN=two words'], /^ROADWORTHY_CONTROL_TOKEN: this is no token; write [^\n]*\n$/],
    [['--env', 'ROADWORTHY_KEYS=/none/keys'], /^ROADWORTHY_KEYS: \/none\/keys cannot be written \(ENOENT\); [^\n]*\n$/],
    [['--env', 'ROADWORTHY_HOST_NAMES=a/b'], /^ROADWORTHY_HOST_NAMES: "a\/b" is no name or address; [^\n]*\n$/],
    [['--volume', `${folder}:/etc/roadworthy:ro`], /^there is no topology in \/etc\/roadworthy, but [^\n]*\n$/],
    [['--env', 'ROADWORTHY_ADDRESSES=ours.http'], /^ROADWORTHY_ADDRESSES: "ours.http" has no address; write [^\n]*\n$/],
    [
      ['--env', 'ROADWORTHY_CONTROL_TOKEN_FILE=/none'],
      /^ROADWORTHY_CONTROL_TOKEN_FILE: \/none cannot be read[^\n]*\n$/,
    ],
    [
      ['--volume', `${folder}:/etc/roadworthy/topology.yaml:ro`],
      /topology.yaml: this is not a file; name a topology file\n$/,
    ],
    [
      ['--volume', `${join(folder, 'Dockerfile')}:/etc/roadworthy/topology.yaml:ro`],
      /^\/etc\/roadworthy\/topology.yaml:\d+:\d+: [^\n]*\n$/,
    ],
  ] as const
  const ended = await Promise.all(cases.map(([args]) => engine(['run', '--rm', ...args, defaultImage])))
  for (const [index, [, sentence]] of cases.entries()) {
    expect(ended[index]?.stderr).toMatch(sentence)
    expect(ended[index]?.code).toBe(2)
  }
})

containerTest(
  'a message of 2 MB passes where nothing is mounted that can be written, and it says where it is kept',
  async () => {
    const publish = ['--publish', '127.0.0.1::8080', '--publish', '127.0.0.1::4100']
    const { stdout } = await engine(['run', '--detach', '--init', '--read-only', ...publish, defaultImage])
    const id = stdout.trim()
    onTestFinished(async () => void (await engine(['rm', '--force', '--volumes', id])))
    const placeOf = async (port: number) => (await engine(['port', id, `${port}/tcp`])).stdout.trim()
    const [server, control] = [await placeOf(8080), await placeOf(4100)]
    await vi.waitFor(() => fetch(`http://${control}/health`), { timeout: 20_000 })
    const { status } = await fetch(`http://${server}/r1/FI-DEV/GOV/0245437-2/TestService/rest-test/random`, {
      method: 'POST',
      headers: { 'X-Road-Client': 'FI-DEV/PRI/4567890-1/PlainHttp' },
      body: Buffer.alloc(2 * 1024 * 1024, 'x'),
    })
    // The test service takes no POST, and says so once it has all of it.
    expect(status).toBe(405)
    expect((await engine(['logs', id])).stderr).toMatch(/^messages above 1 MiB are kept in \/dev\/shm, [^\n]*$/m)
  },
)

function topology() {
  const provided = inject('topology')
  if (provided === undefined) throw new Error('vitest.config.ts provides no topology')
  return provided
}
