import { existsSync, readdirSync } from 'node:fs'
import { afterAll, expect, inject, onTestFailed } from 'vitest'
import '../matchers.ts'
import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import type { Topology } from '../../fixtures/topology.ts'
import type { Seen } from '../observe/answer.ts'
import { connectTo } from '../target/connect-to.ts'
import { type ContainersOptions, type ContainerTarget, startContainers } from '../target/containers/containers.ts'
import type { Protocol } from '../target/protocol.ts'
import { containerTest } from './container-test.ts'
import { connectAgain, cutOff, pause, restart, resume, stop } from './engine-commands.ts'

// What becomes of machines, not of programs, and what a consumer must see of it: the reference's own codes.

const byProvider = {
  rest: { origin: 'serverProxy' },
  soap: { origin: 'serverProxy', within: 'serviceFailed' },
} as const
const protocols = ['rest', 'soap'] as const
const providerCode = 'ss2'

containerTest('the name of a stopped provider leads nowhere', async () => {
  const layer = await sharedLayer()
  await stop(layer.informationSystems)
  await layer.expectFault('providerNotResolved')
  await restart(layer.informationSystems)
  await layer.expectAnswer()
})

containerTest('a paused provider takes too long, and answers again when it goes on', async () => {
  const layer = await sharedLayer()
  await pause(layer.informationSystems)
  await layer.expectFault('providerTimesOut')
  await resume(layer.informationSystems)
  await layer.expectAnswer()
})

containerTest('a provider that was restarted answers, whatever was connected before', async () => {
  const layer = await sharedLayer()
  await layer.expectAnswer()
  await restart(layer.informationSystems)
  await layer.expectAnswer()
})

containerTest('a provider off the network cannot be resolved, and is found again', async () => {
  const layer = await sharedLayer()
  await cutOff(layer.informationSystems, layer.network)
  await layer.expectFault('providerNotResolved')
  await connectAgain(layer.informationSystems, layer.network, ['test-services'])
  await layer.expectAnswer()
})

containerTest('a stopped security server of the provider cannot be resolved, and is found again after it', async () => {
  const layer = await sharedLayer()
  await layer.expectAnswer()
  await stop(layer.provider)
  await layer.expectNoWay('serverNotResolved')
  await restart(layer.provider)
  await layer.expectAnswer()
})

containerTest('a paused security server of the provider is waited for', async () => {
  const layer = await sharedLayer()
  await pause(layer.provider)
  const asked = layer.ask('rest')
  expect(await Promise.race([asked, after(1500)])).toBe('nothing yet')
  await resume(layer.provider)
  expect(await asked).toBeServiceResponse()
})

containerTest(
  'a security server of the provider that was restarted answers, whatever was connected before',
  async () => {
    const layer = await sharedLayer()
    await layer.expectAnswer()
    await restart(layer.provider)
    await layer.expectAnswer()
  },
)

containerTest('a security server of the provider off the network cannot be resolved, and is found again', async () => {
  const layer = await sharedLayer()
  // Over a connection from before, a message would wait for its answer as long as TCP does.
  await restart(layer.consumer)
  await cutOff(layer.provider, layer.network)
  await layer.expectNoWay('serverNotResolved')
  await connectAgain(layer.provider, layer.network, [providerCode])
  await layer.expectAnswer()
})

containerTest('without the central server messages go on', async () => {
  const layer = await sharedLayer()
  await stop(layer.centralServer)
  await layer.expectAnswer()
  await restart(layer.centralServer)
})

containerTest('a paused security server takes the connection and never answers', async () => {
  const layer = await sharedLayer()
  await pause(layer.consumer)
  const asked = layer.ask('rest')
  expect(await Promise.race([asked, after(1500)])).toBe('nothing yet')
  await resume(layer.consumer)
  expect(await asked).toBeServiceResponse()
})

containerTest('a stopped security server refuses connections', async () => {
  const layer = await sharedLayer()
  await stop(layer.consumer)
  expect(await layer.ask('rest')).toMatchObject({ kind: 'no-answer' })
  await restart(layer.consumer)
  await layer.expectAnswer()
})

containerTest('a security server that was restarted is reached where it was, with the same certificate', async () => {
  const layer = await sharedLayer()
  await restart(layer.consumer)
  await layer.expectAnswer()
})

containerTest(
  'a security server whose disk is full says so, and goes on with messages for which there is room',
  async () => {
    await using layer = await startLayer({ room: 2 * megabyte })
    const target = connectTo(layer.description)()
    const rest = target.rest({ client: target.client('https') })
    const large = {
      method: 'POST',
      body: Buffer.alloc(4 * megabyte),
      headers: [['Content-Type', 'text/plain']],
    } as const
    const seen = await rest.get(target.service('random', 'rest'), '/random', large)
    expect(seen).toBeFault('io', { text: { text: 'No space left on device' } })
    await layer.expectAnswer()
  },
)

for (const [whose, server, found] of [
  ['a consumer', 'ss1', {}],
  ['a provider', providerCode, { origin: 'serverProxy' }],
] as const) {
  containerTest(
    `where the clock of the security server of ${whose} is fast, the configuration has expired`,
    async () => {
      const skewed = { server, offset: '+1h', library: clockLibrary() }
      await using layer = await startLayer({ skewed })
      for (const protocol of protocols) expect(await layer.ask(protocol)).toBeFault('globalConfigurationExpired', found)
    },
  )
}

/** Where Debian has libfaketime; an engine cannot set a clock. */
function clockLibrary(): string {
  const folders = ['/usr/lib', ...readdirSync('/usr/lib').map((name) => `/usr/lib/${name}`)]
  const found = folders.map((folder) => `${folder}/faketime/libfaketime.so.1`).find((file) => existsSync(file))
  if (found === undefined) throw new Error('libfaketime is not installed here; on Debian: apt-get install faketime')
  return found
}

const megabyte = 1024 * 1024

let shared: ReturnType<typeof startLayer> | undefined

afterAll(async () => (await shared)?.[Symbol.asyncDispose]())

/** One layer for all tests that undo what they do; one that a test has failed with is not used again. */
async function sharedLayer() {
  onTestFailed(async () => {
    const broken = shared
    shared = undefined
    await (await broken)?.[Symbol.asyncDispose]()
  })
  shared ??= startLayer()
  return shared
}

/** A small exchange layer, with a server for the client and one for the services, which wait a second for their provider. */
async function startLayer(options: Pick<ContainersOptions, 'room' | 'skewed'> = {}) {
  const layer: ContainerTarget = await startContainers({ topology: impatient(apart(inject('topology'))), ...options })
  const { informationSystems, servers } = layer
  const target = connectTo(layer.description)()
  const [consumer, provider] = [servers.get(target.server), servers.get(providerCode)]
  if (informationSystems === undefined || consumer === undefined || provider === undefined) {
    throw new Error('the topology has no such machines')
  }
  const ask = (protocol: Protocol): Promise<Seen> => {
    const target = connectTo(layer.description)()
    return target.ask(protocol, target.service('random', protocol), { client: target.client('https') })
  }
  return {
    ...layer,
    informationSystems,
    consumer,
    provider,
    ask,
    async expectAnswer() {
      for (const protocol of protocols) expect(await ask(protocol)).toBeServiceResponse()
    },
    async expectFault(situation: FaultSituationName) {
      for (const protocol of protocols) expect(await ask(protocol)).toBeFault(situation, byProvider[protocol])
    },
    async expectNoWay(situation: FaultSituationName) {
      for (const protocol of protocols)
        expect(await ask(protocol)).toBeFault(situation, { text: { host: providerCode } })
    },
  }
}

/** That nothing comes can only be waited for. */
function after(milliseconds: number): Promise<'nothing yet'> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, 'nothing yet'))
}

/** Moves the providers of a topology with one security server to another one. */
function apart(topology: Topology | undefined): Topology {
  const [server, ...others] = topology?.servers ?? []
  if (topology === undefined || server === undefined || others.length > 0) {
    throw new Error('vitest.config.ts provides no topology with one security server')
  }
  const provides = ({ descriptions }: Topology['servers'][number]['clients'][number]) => descriptions.length > 0
  const consumer = { ...server, clients: server.clients.filter((client) => !provides(client)) }
  const provider = { ...server, code: providerCode, clients: server.clients.filter(provides) }
  return { ...topology, servers: [consumer, provider] }
}

function impatient(topology: Topology): Topology {
  const text = JSON.stringify(topology, (key, value) => (key === 'timeoutSeconds' ? 1 : value))
  return JSON.parse(text) as Topology
}
