import { formatPath, memberOf, parseClientPath } from '../../fixtures/identifiers.ts'
import type { Deviations } from './deviation.ts'

/** Misbehaviours in finding out whether there is anything to sign messages with. */
export const signingDeviations: Deviations = {
  'send-without-signing-certificate': () => ({ signsRequests: () => true }),
  'answer-without-signing-certificate': () => ({ signsAnswers: () => true }),
  'sign-for-first-subsystem': (faithful) => ({
    signsRequests(configuration, client) {
      if (!faithful.signsRequests(configuration, client)) return false
      const member = formatPath(memberOf(client))
      if (configuration.signing.certified.has(member)) return true
      const first = configuration.clients.find(({ id }) => formatPath(memberOf(id)) === member)
      return first?.path === formatPath(client)
    },
  }),
  'ignore-class-of-signers': (faithful) => ({
    signsRequests: (configuration, client) =>
      faithful.signsRequests(configuration, client) ||
      configuration.signing.keys.some(({ member, certificate }) => {
        return certificate !== undefined && parseClientPath(member)?.memberCode === client.memberCode
      }),
  }),
}
