import { equalIds, formatPath } from '../../fixtures/identifiers.ts'
import type { ManagementServiceCode } from '../../fixtures/management-services.ts'
import type { GlobalServer } from '../security-server/global-configuration.ts'
import { refusal } from './management-fault.ts'
import { clientState, findServer, findWaiting, hasCertificate, isListed, type RegisterState } from './register-state.ts'
import type { RegisteredRequest } from './registered-request.ts'

type Request = Pick<RegisteredRequest, 'service' | 'fields'>

type Check = (request: Request, state: RegisterState, server: GlobalServer | undefined) => void

const checks: Readonly<Record<ManagementServiceCode, Check>> = {
  authCertReg: admitCertificate,
  authCertDeletion: admitCertificateDeletion,
  clientReg: admitClient,
  clientDeletion: admitClientDeletion,
  ownerChange: admitOwner,
  clientDisable: admitDisabling,
  clientEnable: requireClient,
  clientRename: requireClient,
  addressChange: (_request, _state, server) => void requireServer(server),
  maintenanceModeEnable: admitMaintenance,
  maintenanceModeDisable: admitEndOfMaintenance,
}

/** Whether the register takes a request that has been verified; throws a ManagementFault with the register's own code. */
export function admitRequest(request: Request, state: RegisterState): void {
  checks[request.service](request, state, findServer(state, request.fields.server))
}

function requireServer(server: GlobalServer | undefined, status: 404 | 409 = 404): GlobalServer {
  if (server === undefined) throw refusal('management_request_server_not_found', status)
  return server
}

function requireClient({ fields: { client } }: Request, state: RegisterState, server: GlobalServer | undefined): void {
  const known = server !== undefined && client !== undefined && clientState(state, server, client) !== undefined
  if (!known) throw refusal('management_request_server_client_not_found', 409)
}

function admitCertificate(request: Request, state: RegisterState): void {
  const { server, authCert } = request.fields
  // Elsewhere servers of different owners may share a code; in a topology none do.
  const namesake = state.global.servers.find(({ code }) => code === server.serverCode)
  if (namesake !== undefined && !equalIds(namesake.id, server)) {
    throw refusal('management_request_server_code_exists', 409)
  }
  if (authCert !== undefined && hasCertificate(state, server.serverCode, authCert)) {
    throw refusal('management_request_security_server_exists', 409)
  }
  if (findWaiting(state, request) !== undefined) throw refusal('management_request_exists', 409)
}

function admitCertificateDeletion({ fields }: Request, state: RegisterState): void {
  const { server, authCert } = fields
  if (authCert !== undefined && hasCertificate(state, server.serverCode, authCert)) return
  if (authCert !== undefined && isListed(state, authCert)) throw refusal('security_server_not_found', 404)
  if (findWaiting(state, { service: 'authCertReg', fields }) !== undefined) return
  throw refusal('management_request_invalid_auth_certificate', 409)
}

function admitClient(request: Request, state: RegisterState, server: GlobalServer | undefined): void {
  const { server: id, client } = request.fields
  if (client === undefined) return
  if (equalIds(client, id.owner)) throw refusal('management_request_cannot_register_owner', 400)
  if (server !== undefined && clientState(state, server, client) !== undefined) {
    throw refusal('management_request_client_already_registered', 409)
  }
  if (findWaiting(state, request) !== undefined) throw refusal('management_request_exists', 409)
}

function admitClientDeletion({ fields }: Request, state: RegisterState, server: GlobalServer | undefined): void {
  const { client } = fields
  if (server !== undefined && client !== undefined && clientState(state, server, client) !== undefined) return
  if (findWaiting(state, { service: 'clientReg', fields }) !== undefined) return
  throw refusal('management_request_client_registration_not_found', 404)
}

function admitOwner(request: Request, state: RegisterState, server: GlobalServer | undefined): void {
  const { client } = request.fields
  if (findWaiting(state, request) !== undefined) throw refusal('management_request_exists', 409)
  if (client?.kind !== 'member') throw refusal('management_request_owner_must_be_member', 400)
  const { id, code, clients } = requireServer(server, 409)
  if (!clients.has(formatPath(client))) throw refusal('management_request_owner_must_be_client', 400)
  if (equalIds(client, id.owner)) throw refusal('management_request_client_already_owner', 400)
  if (findServer(state, { kind: 'server', owner: client, serverCode: code }) !== undefined) {
    throw refusal('management_request_server_code_exists', 409)
  }
}

function admitDisabling(request: Request, state: RegisterState, server: GlobalServer | undefined): void {
  requireClient(request, state, server)
  const { client } = request.fields
  if (client === undefined || !equalIds(client, state.provider)) return
  throw refusal('mr_forbidden_disable_management_service_client', 409)
}

function admitMaintenance(_: Request, { provider }: RegisterState, server: GlobalServer | undefined): void {
  const { clients, maintenance } = requireServer(server)
  if (clients.has(formatPath(provider))) {
    throw refusal('mr_forbidden_enable_maintenance_mode_for_management_service', 409)
  }
  if (maintenance !== undefined) throw refusal('management_request_server_already_in_maintenance_mode', 409)
}

function admitEndOfMaintenance(_: Request, _state: RegisterState, server: GlobalServer | undefined): void {
  if (requireServer(server).maintenance !== undefined) return
  throw refusal('management_request_server_not_in_maintenance_mode', 409)
}
