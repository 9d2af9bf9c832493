import { fault } from '../fault/fault.ts'
import type { CentralServiceId } from '../message/soap-identifiers.ts'
import type { GlobalConfiguration } from './global-configuration.ts'
import { configurationOf } from './known-instances.ts'

/** Throws what a release that knows central services says where the instance has none. */
export function refuseCentralService({ instance, serviceCode }: CentralServiceId, global: GlobalConfiguration): never {
  if (configurationOf(global, instance) === undefined) throw fault('instanceUnknownToList', { instance })
  throw fault('centralServiceUnknown', { service: `CENTRALSERVICE:${instance}/${serviceCode}` })
}
