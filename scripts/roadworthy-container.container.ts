import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { getContainerRuntimeClient } from 'testcontainers'
import { expect, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import type { TopologyInput } from '../fixtures/topology.ts'
import { containerTest } from '../suites/containers/container-test.ts'
import { engineHost, runnerSeenFrom } from '../suites/target/containers/container-bindings.ts'
import { freePorts } from '../suites/target/containers/free-ports.ts'
import { topologyFile } from './package-facts.ts'
import { examplesOf, installPacked } from './packed-package.ts'
import { RoadworthyContainer } from './roadworthy-container.ts'

const pem = /^-----BEGIN CERTIFICATE-----/

containerTest('the examples of docs/containers.md run on the package as it is published', async () => {
  using project = await installPacked()
  for (const { name, code } of examplesOf('containers.md', ['sh', 'java', 'python', 'csharp'])) {
    writeFileSync(join(project.folder, name), code)
    const { code: exitCode, output } = await project.run(process.execPath, ['--test', '--test-reporter=tap', name])
    expect(output).toMatch(/^# pass [1-9]/m)
    expect(exitCode, output).toBe(0)
  }
})

containerTest(
  'a certificate of a vendor is listed beside the others, and a client that nobody hosts is refused',
  async () => {
    const start = (client: string) =>
      new RoadworthyContainer().withTopology(topologyFile('minimal')).withClientCertificate(client, certificate).start()
    await using first = await new RoadworthyContainer().withTopology(topologyFile('minimal')).start()
    const { certificate = '' } = first.certificates()['test-services-tls'] ?? {}
    expect(certificate).toMatch(pem)
    const client = 'FI-DEV/GOV/0245437-2/TestClient'
    await using layer = await start(client)
    // Listed already: a security server refuses to list a certificate twice.
    await expect(layer.change('ss1', { kind: 'add-certificate', client, certificate })).rejects.toThrow()
    await expect(start('FI-DEV/GOV/0245437-2/Nobody')).rejects.toThrow(
      'no server of the topology hosts FI-DEV/GOV/0245437-2/Nobody; add the client there',
    )
  },
)

containerTest('what is set wrongly is told in one sentence, and nothing is left behind', async () => {
  const label = `roadworthy.test.${randomUUID()}`
  const minimal = () => new RoadworthyContainer().withTopology(topologyFile('minimal'))
  const wrong = [
    [minimal().withProfile('9.9'), 'UsageError', /^A container says: .*there is no profile "9\.9"; write [^\n]*$/],
    [minimal().withAddress('ours.http', 'nope'), 'UsageError', /"ours\.http" has no address; write ours\.http=[^\n]*$/],
    [
      new RoadworthyContainer('none-of-ours:1'),
      'MisboundTarget',
      /^The engine has no image none-of-ours:1; pull or build it, or name another in new RoadworthyContainer\(…\)\.$/,
    ],
  ] as const
  for (const [container, name, message] of wrong) {
    const started = container.withLabels({ [label]: '' }).start()
    await expect(started).rejects.toMatchObject({ name, message: expect.stringMatching(message) })
  }
  const { dockerode } = (await getContainerRuntimeClient()).container
  expect(await dockerode.listContainers({ all: true, filters: { label: [label] } })).toEqual([])
})

containerTest('a service of this machine is called at the address that it is given', async () => {
  const [port = 0] = await freePorts(1)
  await using layer = await new RoadworthyContainer()
    .withTopology(withOurs())
    .withAddress('ours.http', `http://${engineHost.host}:${port}`)
    .start()
  // An interface that containers know this machine by is up only once one of them is.
  const client = await getContainerRuntimeClient()
  const { listen } = await runnerSeenFrom({ getId: () => 'bridge' }, (id) => client.network.getById(id).inspect())
  const service = createServer((_, response) => response.end('ours')).listen(port, listen)
  onTestFinished(() => void service.close())
  await once(service, 'listening')

  const url = new URL('/r1/FI-DEV/GOV/0245437-2/Ours/ours', layer.consumerUrl({ over: 'http' }))
  const answer = await fetch(url, { headers: { 'X-Road-Client': 'FI-DEV/GOV/0245437-2/Caller' } })
  expect(await answer.text()).toBe('ours')
  expect(answer.status).toBe(200)
})

/** The smallest topology, and beside it a caller and a service behind an external information system. */
function withOurs(): TopologyInput {
  const { informationSystems, servers, ...rest } = parse(readFileSync(topologyFile('minimal'), 'utf8')) as TopologyInput
  const caller = 'FI-DEV/GOV/0245437-2/Caller'
  const service = { code: 'ours', url: '${ours.http}/', allow: [{ subjects: [{ client: caller }] }] }
  const clients = [
    { id: caller, connectionType: 'HTTP' as const },
    { id: 'FI-DEV/GOV/0245437-2/Ours', descriptions: [{ type: 'REST' as const, services: [service] }] },
  ]
  return {
    ...rest,
    informationSystems: [...(informationSystems ?? []), { name: 'ours', serves: 'external' }],
    servers: servers.map((server) => ({ ...server, clients: [...(server.clients ?? []), ...clients] })),
  }
}
