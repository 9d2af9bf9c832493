import { equalIds, formatPath, memberOf, parseClientPath } from '../../fixtures/identifiers.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { type Amendments, forget } from './amendments.ts'
import type { ManagementDecisions } from './management-decisions.ts'
import type { ManagementRequest } from './management-request.ts'
import { type ApprovedServiceCode, isApprovedService } from './management-service.ts'
import { findServer, findWaiting, type RegisterState } from './register-state.ts'
import type { RegisteredRequest } from './registered-request.ts'
import { requestBook } from './request-book.ts'

export interface OfficeOptions extends Pick<RegisterState, 'provider'> {
  readonly global: () => RegisterState['global']
  readonly amendments: () => Amendments
  /** Resolves once what has been registered is published. */
  register(amendments: Amendments): Promise<void>
  /** Authentication certificates that a server has from the start, DER. */
  firstCertificates(code: string): Promise<readonly Buffer[]>
  /** Whether requests of a kind are approved by themselves unless somebody says otherwise. */
  readonly approval: Readonly<Record<ApprovedServiceCode, 'automatic' | 'by-hand'>>
  readonly decisions: () => ManagementDecisions
  /** How many requests are kept: 10 000 by default. */
  readonly capacity?: number
}

/** Where requests are kept, and approved or declined. */
export interface RegistrationOffice {
  /** Keeps a request that has been verified and returns its number; throws a ManagementFault. */
  submit(request: Pick<ManagementRequest, 'service' | 'fields'>): Promise<number>
  requests(): readonly RegisteredRequest[]
  /** Rejects with a UsageError for a request that does not wait, or that cannot be carried out. */
  approve(id: number): Promise<void>
  /** Throws a UsageError for a request that does not wait. */
  decline(id: number): void
  /** Whether requests that are for the member or the subsystem with that path need nobody; throws a UsageError for no path. */
  setApproval(path: string, byItself: boolean): void
  /** Adds a member, as an administrator of the central server does; rejects with a UsageError for one that cannot be added. */
  addMember(path: string, name: string): Promise<void>
  /** Forgets what has been registered of a server since the start, and takes back what waits. */
  restore(code: string): Promise<void>
}

/** An office without requests; what it settles goes to `register` of the options. */
export function registrationOffice(options: OfficeOptions): RegistrationOffice {
  const { decisions } = options
  const book = requestBook(options.capacity)
  const approvals = new Map<string, boolean>()

  const state = (firstCertificates: readonly Buffer[] = []): RegisterState => {
    const { provider, global, amendments } = options
    return { provider, global: global(), amendments: amendments(), requests: book.all(), firstCertificates }
  }

  async function settle(request: RegisteredRequest): Promise<void> {
    book.settle(request, 'APPROVED')
    await options.register(decisions().carryOut(request, state()))
  }

  /** A deletion also takes back a registration that waits. */
  function revoke({ service, fields }: RegisteredRequest): boolean {
    const revoked = { clientDeletion: 'clientReg', authCertDeletion: 'authCertReg' } as const
    if (service !== 'clientDeletion' && service !== 'authCertDeletion') return false
    const waiting = findWaiting(state(), { service: revoked[service], fields })
    if (waiting !== undefined) book.settle(waiting, 'REVOKED')
    return waiting !== undefined
  }

  function isApprovedByItself({ service, fields: { server, client } }: RegisteredRequest): boolean {
    if (!isApprovedService(service)) return true
    const member = client === undefined ? server.owner : memberOf(client)
    const { global } = state()
    if (!global.members.some(({ id }) => equalIds(id, member))) return false
    if (service !== 'authCertReg' && findServer({ global }, server) === undefined) return false
    const paths = [formatPath(client ?? server.owner), formatPath(member)]
    const said = paths.map((path) => approvals.get(path)).find((one) => one !== undefined)
    return said ?? options.approval[service] === 'automatic'
  }

  return {
    async submit({ service, fields }) {
      const firstCertificates = await options.firstCertificates(fields.server.serverCode)
      decisions().admitRequest({ service, fields }, state(firstCertificates))
      const request = book.enter({ service, fields })
      if (revoke(request)) book.settle(request, 'APPROVED')
      else if (decisions().isApproved(isApprovedByItself(request))) await settle(request)
      return decisions().requestId(request.id)
    },
    requests: book.all,
    async approve(id) {
      const request = book.waiting(id)
      const { service, fields } = request
      if (service !== 'authCertReg' && findServer(state(), fields.server) === undefined) {
        throw new UsageError(`request ${id} is for a server that is not registered; register it first`)
      }
      await settle(request)
    },
    decline: (id) => book.settle(book.waiting(id), 'DECLINED'),
    setApproval(path, byItself) {
      const id = parseClientPath(path)
      const { instance } = options.global()
      if (id?.instance !== instance) {
        const expected = `${instance}/CLASS/MEMBER or ${instance}/CLASS/MEMBER/SUBSYSTEM`
        throw new UsageError(`"${path}" is no client of ${instance}; write ${expected}`)
      }
      approvals.set(formatPath(id), byItself)
    },
    async addMember(path, name) {
      const id = parseClientPath(path)
      const { global, amendments } = state()
      if (id?.kind !== 'member' || id.instance !== global.instance) {
        throw new UsageError(`"${path}" is no member of ${global.instance}; write ${global.instance}/CLASS/MEMBER`)
      }
      if (global.members.some((member) => equalIds(member.id, id))) {
        throw new UsageError(`member ${path} exists already`)
      }
      await options.register({ ...amendments, members: [...amendments.members, { id, name }] })
    },
    async restore(code) {
      for (const request of book.all()) {
        const waits = request.status === 'WAITING' && request.fields.server.serverCode === code
        if (waits) book.settle(request, 'REVOKED')
      }
      const firstCertificates = await options.firstCertificates(code)
      await options.register(forget(options.amendments(), code, firstCertificates))
    },
  }
}
