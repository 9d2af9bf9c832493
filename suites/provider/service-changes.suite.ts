import { expect } from 'vitest'
import { scriptedAnswer } from '../client/scripted-answer.ts'
import { scenario } from '../scenario.ts'
import { addProvider, rightOf } from '../target/added-provider.ts'
import { passRest } from '../target/pass-rest.ts'

// Services that are switched on and off, and moved, while the servers run. Each scenario has a provider of its own.
const needs = ['control'] as const

scenario(
  'service works from when it is enabled until it is disabled',
  { covers: ['SVC-02'], needs },
  async (target) => {
    const notice = 'Avataan maanantaina'
    const { service, change } = await addProvider(target, { description: { disabled: true, notice } })
    const disabled = { origin: 'serverProxy', service, text: { notice } } as const
    expect((await passRest(target, { service })).seen).toBeFault('serviceDisabled', disabled)
    await change({ kind: 'set-description-disabled', serviceCode: 'script', disabled: false })
    expect((await passRest(target, { service })).seen).toBeServiceResponse()
    await change({ kind: 'set-description-disabled', serviceCode: 'script', disabled: true, notice })
    expect((await passRest(target, { service })).seen).toBeFault('serviceDisabled', disabled)
  },
)

scenario('disabled service reaches no provider', { covers: ['SVC-02'], needs }, async (target) => {
  const { service } = await addProvider(target, { description: { disabled: true, notice: 'Suljettu' } })
  const { seen, calls } = await passRest(target, { service })
  expect(seen).toBeFault('serviceDisabled', { origin: 'serverProxy', service })
  expect(calls).toEqual([])
})

scenario('new address of a service is called from then on', { covers: ['SVC-06'], needs }, async (target) => {
  const { service, change } = await addProvider(target)
  const { url } = target.scriptedService('rest').service
  expect((await passRest(target, { service, path: '/x' })).received.target).toBe('/script/x')
  await change({ kind: 'set-service', serviceCode: 'script', url: `${url}/moved` })
  expect((await passRest(target, { service, path: '/x' })).received.target).toBe('/script/moved/x')
})

scenario('new time limit of a service counts from then on', { covers: ['SVC-06'], needs }, async (target) => {
  const { service, change } = await addProvider(target)
  const answer = scriptedAnswer({ after: 1500 })
  expect((await passRest(target, { service, answer })).seen).toBeServiceResponse()
  await change({ kind: 'set-service', serviceCode: 'script', timeoutSeconds: 1 })
  expect((await passRest(target, { service, answer })).seen).toBeFault('providerTimesOut', { origin: 'serverProxy' })
})

scenario(
  'certificate of a provider verified from when that is switched on',
  { covers: ['SVC-06'], needs },
  async (target) => {
    const { url } = target.scriptedService('rest', 'listed').service
    const provider = await addProvider(target, { service: { url, verifyTls: false } })
    expect((await passRest(target, { service: provider.service })).seen).toBeServiceResponse()
    await provider.change({ kind: 'set-service', serviceCode: 'script', verifyTls: true })
    const { seen } = await passRest(target, { service: provider.service })
    expect(seen).toBeFault('providerCertificateListEmpty', { origin: 'serverProxy', client: provider.id })
  },
)

scenario(
  'new address of one soap service leaves the others where they are',
  { covers: ['SVC-08', 'SVC-06'], needs },
  async (target) => {
    const { url } = target.scriptedService('soap').service
    const services = ['script', 'other'].map((code) => ({ code, url, allow: rightOf(target.client('https')) }))
    const { service, change } = await addProvider(target, { descriptions: [{ type: 'WSDL', services }] })
    const soap = target.soap({ client: target.client('https') })
    expect(await soap.call(service)).toBeServiceResponse()
    await change({ kind: 'set-service', serviceCode: 'script', url: 'http://127.0.0.1:1/' })
    expect(await soap.call(service)).toBeOneOfFaults([
      ['providerRefusesConnection', { origin: 'serverProxy', within: 'serviceFailed' }],
      ['io', { origin: 'serverProxy', within: 'serviceFailed' }],
    ])
    expect(await soap.call({ ...service, serviceCode: 'other' })).toBeServiceResponse()
  },
)

scenario('rest service has one time limit for all its paths', { covers: ['SVC-08'], needs }, async (target) => {
  const provider = await addProvider(target, { service: { timeoutSeconds: 1 } })
  const answer = scriptedAnswer({ after: 2000 })
  for (const path of ['/one', '/two']) {
    const { seen } = await passRest(target, { service: provider.service, path, answer })
    expect(seen).toBeFault('providerTimesOut', { origin: 'serverProxy' })
  }
})
