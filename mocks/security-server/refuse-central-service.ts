import { fault } from '../fault/fault.ts'
import type { CentralServiceId } from '../message/soap-identifiers.ts'

/** Throws what a release that knows central services says where the instance has none. */
export function refuseCentralService({ instance, serviceCode }: CentralServiceId, ownInstance: string): never {
  if (instance !== ownInstance) throw fault('instanceUnknownToList', { instance })
  throw fault('centralServiceUnknown', { service: `CENTRALSERVICE:${instance}/${serviceCode}` })
}
