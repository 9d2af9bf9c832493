import { equalIds, formatPath, memberOf } from '../../fixtures/identifiers.ts'
import type { Amendments, ServerAmendment } from './amendments.ts'
import type { RegisterState } from './register-state.ts'
import type { RegisteredRequest } from './registered-request.ts'

/** The register with what a request asks for: it is published with the next global configuration. */
export function carryOut({ service, fields }: RegisteredRequest, state: RegisterState): Amendments {
  const { amendments } = state
  const { server, client, subsystemName, address, authCert, message } = fields
  const code = server.serverCode
  const path = client === undefined ? '' : formatPath(client)
  switch (service) {
    case 'authCertReg': {
      const { owner } = server
      const amended = withServer(withMember(state, owner), code, (old) => ({
        ...old,
        ...(isKnown(state, code) ? {} : { owner }),
        ...(address !== undefined && { address }),
      }))
      return authCert === undefined ? amended : withCertificate(amended, code, authCert)
    }
    case 'authCertDeletion': {
      const { added, deleted } = amendments.certificates
      return { ...amendments, certificates: { added, deleted: [...deleted, ...(authCert ? [authCert] : [])] } }
    }
    case 'clientReg': {
      const amended = client === undefined ? amendments : withMember(state, memberOf(client))
      return withName(withClient(amended, code, path, 'registered'), path, subsystemName)
    }
    case 'clientEnable':
      return withClient(amendments, code, path, 'registered')
    case 'clientDisable':
      return withClient(amendments, code, path, 'disabled')
    case 'clientDeletion':
      return withClient(amendments, code, path, 'deleted')
    case 'clientRename':
      return withName(amendments, path, subsystemName)
    case 'ownerChange': {
      if (client === undefined) return amendments
      const former = withClient(amendments, code, formatPath(server.owner), 'registered')
      return withServer(former, code, (old) => ({ ...old, owner: memberOf(client) }))
    }
    case 'addressChange':
      return withServer(amendments, code, (old) => ({ ...old, ...(address !== undefined && { address }) }))
    case 'maintenanceModeEnable':
      return withServer(amendments, code, (old) => ({ ...old, maintenance: { message } }))
    case 'maintenanceModeDisable':
      return withServer(amendments, code, (old) => ({ ...old, maintenance: null }))
  }
}

function isKnown({ global }: RegisterState, code: string): boolean {
  return global.servers.some((server) => server.code === code)
}

/** A member that nobody knew is named by its code. */
function withMember(
  { amendments, global }: RegisterState,
  id: RegisteredRequest['fields']['server']['owner'],
): Amendments {
  if (global.members.some((member) => equalIds(member.id, id))) return amendments
  return { ...amendments, members: [...amendments.members, { id, name: id.memberCode }] }
}

function withServer(
  amendments: Amendments,
  code: string,
  change: (old: ServerAmendment) => ServerAmendment,
): Amendments {
  const old = amendments.servers.get(code) ?? { clients: new Map() }
  return { ...amendments, servers: new Map(amendments.servers).set(code, change(old)) }
}

function withClient(
  amendments: Amendments,
  code: string,
  path: string,
  state: 'registered' | 'disabled' | 'deleted',
): Amendments {
  return withServer(amendments, code, (old) => ({ ...old, clients: new Map(old.clients).set(path, state) }))
}

function withName(amendments: Amendments, path: string, name: string | undefined): Amendments {
  if (name === undefined || name === '') return amendments
  return { ...amendments, names: new Map(amendments.names).set(path, name) }
}

function withCertificate(amendments: Amendments, code: string, der: Buffer): Amendments {
  const { added, deleted } = amendments.certificates
  const kept = deleted.filter((gone) => !gone.equals(der))
  return {
    ...amendments,
    certificates: { added: new Map(added).set(code, [...(added.get(code) ?? []), der]), deleted: kept },
  }
}
