import { formatPath, memberOf } from '../../fixtures/identifiers.ts'
import { firstHeader } from '../message/raw-headers.ts'
import type { Deviations } from './deviation.ts'

/** Misbehaviours in rights, in the order of the checks of the provider side, and in the state of servers. */
export const rightDeviations: Deviations = {
  'trust-represented-party': (faithful) => ({
    // The provider side sees no header of the message; a party that is named has been put in the client's place before.
    restHeaders: (headers) => {
      const party = firstHeader(headers, 'x-road-represented-party')
      if (party === undefined) return faithful.restHeaders(headers)
      return headers.map(([name, value]) =>
        name.toLowerCase() === 'x-road-client' ? [name, representedClient(value, party)] : [name, value],
      )
    },
  }),
  'ignore-access-rights': () => ({ authorise: () => true }),
  'deny-everyone': () => ({ authorise: () => false }),
  'member-right-covers-subsystems': (faithful) => ({
    authorise(question) {
      if (faithful.authorise(question)) return true
      const member = memberOf(question.client)
      const relatives = question.provider.services
        .flatMap((service) => service.rights)
        .map((right) => ('client' in right.subject ? right.subject.client : ''))
        .filter((path) => path === formatPath(member) || path.startsWith(`${formatPath(member)}/`))
      return relatives.some((path) => {
        const [instance = '', memberClass = '', memberCode = '', subsystemCode] = path
          .split('/')
          .map(decodeURIComponent)
        const client =
          subsystemCode === undefined
            ? member
            : ({ kind: 'subsystem', instance, memberClass, memberCode, subsystemCode } as const)
        return faithful.authorise({ ...question, client })
      })
    },
  }),
  'rights-by-version': (faithful) => ({
    checkService(question) {
      const isNobodys = question.service?.description.type === 'WSDL' && question.service.rights.length === 0
      return faithful.checkService(question) ?? (isNobodys ? 'accessDenied' : undefined)
    },
  }),
  'serve-disabled-services': (faithful) => ({
    checkService(question) {
      const situation = faithful.checkService(question)
      return situation === 'serviceDisabled' ? undefined : situation
    },
  }),
  'report-disabled-before-access': (faithful) => ({
    checkService(question) {
      const disabled = faithful.checkService({ ...question, allowed: () => true })
      return disabled === 'serviceDisabled' ? disabled : faithful.checkService(question)
    },
  }),
  'report-unknown-service-as-denied': (faithful) => ({
    checkService(question) {
      const situation = faithful.checkService(question)
      return situation === 'serviceUnknown' ? 'accessDenied' : situation
    },
  }),
  'ignore-service-type': (faithful) => ({
    checkService(question) {
      const situation = faithful.checkService(question)
      return situation === 'serviceIsRest' || situation === 'serviceIsSoap' ? undefined : situation
    },
  }),
  'be-healthy-anyway': (faithful) => ({ health: () => faithful.health(undefined) }),
  'speak-of-good-health': (faithful) => ({
    health: (problem) => (problem === undefined ? { status: 200, body: 'OK\n' } : faithful.health(problem)),
  }),
  'ignore-expired-configuration': (faithful) => ({
    whyNotReady(configuration, protocol) {
      const situation = faithful.whyNotReady(configuration, protocol)
      return situation === 'globalConfigurationExpired' ? undefined : situation
    },
  }),
  'ignore-authentication-key': (faithful) => ({
    whyNotReady(configuration, protocol) {
      const situation = faithful.whyNotReady(configuration, protocol)
      return situation?.startsWith('authenticationKeyMissing') ? undefined : situation
    },
  }),
  'ignore-maintenance': (faithful) => ({
    route: (service, target, global, newId) => {
      const servers = global.servers.map((server) => ({ ...server, maintenance: undefined }))
      return faithful.route(service, target, { ...global, servers }, newId)
    },
  }),
}

function representedClient(client: string, party: string): string {
  const [instance = ''] = client.split('/')
  return `${instance}/${party}`
}
