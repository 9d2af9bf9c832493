import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import { openManagementServices } from './management-services.ts'
import { registerServer } from './new-server.ts'
import { memberAlgorithms } from './signature-algorithms.ts'

const needs = ['management', 'central-server'] as const

for (const algorithm of memberAlgorithms) {
  scenario(`request signed by ${algorithm} is taken`, { covers: ['MGMT-10'], needs }, async (target) => {
    const services = await openManagementServices(target)
    const { id } = await registerServer(services)
    const answer = await services.ask('addressChange', { server: id, address: 'other.invalid' }, { algorithm })
    expect(answer.fault?.text).toBeUndefined()
  })
}
