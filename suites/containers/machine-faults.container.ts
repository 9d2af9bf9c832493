import { expect, inject, onTestFinished } from 'vitest'
import '../matchers.ts'
import type { Topology } from '../../fixtures/topology.ts'
import type { Seen } from '../observe/answer.ts'
import { connectTo } from '../target/connect-to.ts'
import { type ContainerTarget, startContainers } from '../target/containers.ts'
import type { Protocol } from '../target/target.ts'
import { containerTest } from './container-test.ts'
import { connectAgain, cutOff, pause, restart, resume, stop } from './engine-commands.ts'

// What becomes of machines, not of programs, and what a consumer must see of it: the reference's own codes.

for (const protocol of ['rest', 'soap'] as const) {
  const byProvider = {
    origin: 'serverProxy',
    ...(protocol === 'soap' && { within: 'serviceFailed' as const }),
  } as const

  containerTest(`the name of a stopped provider leads nowhere (${protocol})`, async () => {
    const layer = await startLayer()
    await stop(layer.testServices)
    expect(await layer.ask(protocol)).toBeFault('providerNotResolved', byProvider)
  })

  containerTest(`a paused provider takes too long, and answers again when it goes on (${protocol})`, async () => {
    const layer = await startLayer()
    await pause(layer.testServices)
    expect(await layer.ask(protocol)).toBeFault('providerTimesOut', byProvider)
    await resume(layer.testServices)
    expect(await layer.ask(protocol)).toBeServiceResponse()
  })

  containerTest(`a provider that was restarted answers, whatever was connected before (${protocol})`, async () => {
    const layer = await startLayer()
    expect(await layer.ask(protocol)).toBeServiceResponse()
    await restart(layer.testServices)
    expect(await layer.ask(protocol)).toBeServiceResponse()
  })

  containerTest(`a provider off the network cannot be resolved, and is found again (${protocol})`, async () => {
    const layer = await startLayer()
    await cutOff(layer.testServices, layer.network)
    expect(await layer.ask(protocol)).toBeFault('providerNotResolved', byProvider)
    await connectAgain(layer.testServices, layer.network, ['test-services'])
    expect(await layer.ask(protocol)).toBeServiceResponse()
  })
}

containerTest('a stopped security server refuses connections', async () => {
  const layer = await startLayer()
  await stop(layer.exchange)
  expect(await layer.ask('rest')).toMatchObject({ kind: 'no-answer' })
})

containerTest('a security server that was restarted is reached where it was, with the same certificate', async () => {
  const layer = await startLayer()
  await restart(layer.exchange)
  expect(await layer.ask('rest')).toBeServiceResponse()
})

/** A small exchange layer whose services wait a second for their providers. */
async function startLayer() {
  const layer: ContainerTarget = await startContainers({ topology: impatient(inject('topology')) })
  onTestFinished(() => layer[Symbol.asyncDispose]())
  const { testServices } = layer
  if (testServices === undefined) throw new Error('the topology has no test services')
  const ask = (protocol: Protocol): Promise<Seen> => {
    const target = connectTo(layer.description)()
    return target.ask(protocol, target.service('random', protocol), { client: target.client('https') })
  }
  return { ...layer, testServices, ask }
}

function impatient(topology: Topology | undefined): Topology {
  if (topology === undefined) throw new Error('vitest.config.ts provides no topology')
  const text = JSON.stringify(topology, (key, value) => (key === 'timeoutSeconds' ? 1 : value))
  return JSON.parse(text) as Topology
}
