import type { ClientStatus } from '../../../fixtures/connection-type.ts'
import type { ClientId, ServiceId } from '../../../fixtures/identifiers.ts'
import type { ServerSettings, TopologyServer } from '../../../fixtures/topology.ts'
import type { Protocol } from '../protocol.ts'
import type { PlacedService } from './access.ts'
import type { CertificateRole } from './certificate-roles.ts'
import type { ClientRole } from './client-roles.ts'
import type { DescriptionKind } from './descriptions.ts'
import type { Grant } from './grants.ts'
import type { JudgedKindName, JudgedService } from './judged-services.ts'
import type { MaintenanceCase, ServiceInMaintenance } from './maintenance.ts'
import type { ScriptedKind } from './scripted-services.ts'
import type { ServiceRole } from './service-roles.ts'

/** Who of a topology plays which part in a scenario; who is missing makes it not applicable. */
export interface Cast {
  client(role: ClientRole): ClientId
  clientInState(status: ClientStatus): ClientId
  /** A client that is registered on other security servers only. */
  clientElsewhere(): ClientId
  certificate(role: CertificateRole): string
  /** Name of the n-th certificate (from 0) that a client lists. */
  certificateOf(client: ClientId, n?: number): string
  service(role: ServiceRole, protocol: Protocol): ServiceId
  /** `getRandom` without a version, the way REST names services. */
  unversionedService(): ServiceId
  /** A version of a SOAP service that names nobody, where the ordinary HTTPS client may call another version. */
  versionForNobody(): ServiceId
  /** A service to which a right leads only through a group or an endpoint, and a client that has it. */
  grantedThrough(kind: Grant, protocol: Protocol): { readonly client: ClientId; readonly service: ServiceId }
  /** A service whose description is of that kind, and where it is published. */
  described(kind: DescriptionKind): PlacedService
  /** The notice with which the administrator disabled a service. */
  noticeOf(service: ServiceId): string
  /** A service of a provider whose security servers are in maintenance, or some of them. */
  serviceInMaintenance(kind: MaintenanceCase, protocol: Protocol): ServiceInMaintenance
  /** Code of a security server on which the setting has that value. */
  serverWith(setting: keyof ServerSettings, value: boolean): string
  /** Code of a security server that is older than the server of the ordinary providers allows. */
  outdatedServer(): string
  /** A security server, in an old version, that only scenarios of suites/management/own-server.suite.ts use. */
  spareServer(): TopologyServer
  /** A test service of a provider in that state. */
  serviceInState(status: ClientStatus, protocol: Protocol): ServiceId
  /** A client of type HTTPS with a right to the test services that lists that certificate. */
  clientListing(certificate: string): ClientId
  /** A service whose information system answers as `askScripted` says, within `timeoutSeconds`. */
  scriptedService(protocol: Protocol, kind?: ScriptedKind): PlacedService
  /** A service whose information system is judged by itself. */
  judged(kind: JudgedKindName): JudgedService
}
