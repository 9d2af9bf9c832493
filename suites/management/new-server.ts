import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { ServerId } from '../../fixtures/identifiers.ts'
import type { IssuedKey } from './certificate-order.ts'
import type { ManagementServices } from './management-services.ts'

/** A security server of a scenario's own, that nobody sends anything to. */
export interface NewServer {
  readonly id: ServerId
  readonly certificate: IssuedKey
}

/** A server that is not registered, with a certificate for it. */
export async function orderServer(services: ManagementServices, address = 'new.invalid'): Promise<NewServer> {
  const id: ServerId = { kind: 'server', owner: services.owner, serverCode: `New-${randomUUID()}` }
  return { id, certificate: await services.orderAuthentication(id, address) }
}

/** Registers one, of the owner of the consumers' server. */
export async function registerServer(services: ManagementServices, address = 'new.invalid'): Promise<NewServer> {
  const server = await orderServer(services, address)
  const fields = { server: server.id, address, authCert: server.certificate.certificate.raw }
  const { refusal } = await services.register(server.certificate, fields)
  expect(refusal, 'fault of the registration of a server').toBe('none')
  return server
}
