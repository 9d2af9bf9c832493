import { expect, inject, onTestFinished } from 'vitest'
import '../matchers.ts'
import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import type { Topology } from '../../fixtures/topology.ts'
import type { Seen } from '../observe/answer.ts'
import { connectTo } from '../target/connect-to.ts'
import { type ContainersOptions, type ContainerTarget, startContainers } from '../target/containers.ts'
import type { Protocol } from '../target/target.ts'
import { containerTest } from './container-test.ts'
import { connectAgain, cutOff, pause, restart, resume, stop } from './engine-commands.ts'

// What becomes of machines, not of programs, and what a consumer must see of it: the reference's own codes.

const byProvider = {
  rest: { origin: 'serverProxy' },
  soap: { origin: 'serverProxy', within: 'serviceFailed' },
} as const
const protocols = ['rest', 'soap'] as const

containerTest('the name of a stopped provider leads nowhere', async () => {
  const layer = await startLayer()
  await stop(layer.informationSystems)
  await layer.expectFault('providerNotResolved')
})

containerTest('a paused provider takes too long, and answers again when it goes on', async () => {
  const layer = await startLayer()
  await pause(layer.informationSystems)
  await layer.expectFault('providerTimesOut')
  await resume(layer.informationSystems)
  await layer.expectAnswer()
})

containerTest('a provider that was restarted answers, whatever was connected before', async () => {
  const layer = await startLayer()
  await layer.expectAnswer()
  await restart(layer.informationSystems)
  await layer.expectAnswer()
})

containerTest('a provider off the network cannot be resolved, and is found again', async () => {
  const layer = await startLayer()
  await cutOff(layer.informationSystems, layer.network)
  await layer.expectFault('providerNotResolved')
  await connectAgain(layer.informationSystems, layer.network, ['test-services'])
  await layer.expectAnswer()
})

containerTest('a paused security server takes the connection and never answers', async () => {
  const layer = await startLayer()
  await pause(layer.consumer)
  const asked = layer.ask('rest')
  expect(await Promise.race([asked, after(1500)])).toBe('nothing yet')
  await resume(layer.consumer)
  expect(await asked).toBeServiceResponse()
})

containerTest('a stopped security server refuses connections', async () => {
  const layer = await startLayer()
  await stop(layer.consumer)
  expect(await layer.ask('rest')).toMatchObject({ kind: 'no-answer' })
})

containerTest('a security server that was restarted is reached where it was, with the same certificate', async () => {
  const layer = await startLayer()
  await restart(layer.consumer)
  await layer.expectAnswer()
})

containerTest(
  'a security server whose disk is full says so, and goes on with messages for which there is room',
  async () => {
    const layer = await startLayer({ room: 2 * megabyte })
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

const megabyte = 1024 * 1024

/** A small exchange layer whose services wait a second for their providers. */
async function startLayer(options: Pick<ContainersOptions, 'room'> = {}) {
  const layer: ContainerTarget = await startContainers({ topology: impatient(inject('topology')), ...options })
  onTestFinished(() => layer[Symbol.asyncDispose]())
  const { informationSystems, servers } = layer
  const consumer = servers.get(connectTo(layer.description)().server)
  if (informationSystems === undefined || consumer === undefined) throw new Error('the topology has no such machines')
  const ask = (protocol: Protocol): Promise<Seen> => {
    const target = connectTo(layer.description)()
    return target.ask(protocol, target.service('random', protocol), { client: target.client('https') })
  }
  return {
    ...layer,
    informationSystems,
    consumer,
    ask,
    async expectAnswer() {
      for (const protocol of protocols) expect(await ask(protocol)).toBeServiceResponse()
    },
    async expectFault(situation: FaultSituationName) {
      for (const protocol of protocols) expect(await ask(protocol)).toBeFault(situation, byProvider[protocol])
    },
  }
}

function after(milliseconds: number): Promise<'nothing yet'> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, 'nothing yet'))
}

function impatient(topology: Topology | undefined): Topology {
  if (topology === undefined) throw new Error('vitest.config.ts provides no topology')
  const text = JSON.stringify(topology, (key, value) => (key === 'timeoutSeconds' ? 1 : value))
  return JSON.parse(text) as Topology
}
