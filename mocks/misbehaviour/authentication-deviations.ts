import { X509Certificate } from 'node:crypto'
import { formatPath, memberOf } from '../../fixtures/identifiers.ts'
import type { PresentedCertificate } from '../listener/tls-identity.ts'
import type { Credential } from '../pki/keystore.ts'
import type { ClientAuthentication } from '../security-server/authenticate-client.ts'
import type { AuthenticationContext, Decisions } from '../security-server/decisions.ts'
import type { ConfiguredClient } from '../security-server/server-configuration.ts'
import type { Deviation, Deviations } from './deviation.ts'

/** Misbehaviours in judging a caller's connection type and certificate. */
export const authenticationDeviations: Deviations = {
  'accept-any-certificate': pardon('certificateNotListed'),
  'accept-missing-certificate': pardonIf((facts) => facts.tls !== undefined, 'certificateMissing'),
  'accept-plaintext-for-https': pardonIf((facts) => facts.tls === undefined, 'certificateMissing'),
  'accept-plaintext-for-no-auth': pardon('plaintextForbidden'),
  'empty-list-accepts-any': pardon('certificateListEmpty'),

  'require-certificate-for-no-auth': (faithful) => ({
    authenticate: (facts, context) =>
      facts.client.connectionType === 'HTTPS_NO_AUTH' && facts.tls !== undefined && facts.tls.certificate === undefined
        ? 'certificateMissing'
        : faithful.authenticate(facts, context),
  }),
  'judge-certificate-for-no-auth': judgeFor('HTTPS_NO_AUTH'),
  'judge-certificate-for-http': judgeFor('HTTP'),
  'require-tls-for-http': (faithful) => ({
    authenticate: (facts, context) =>
      facts.client.connectionType === 'HTTP' && facts.tls === undefined
        ? 'plaintextForbidden'
        : faithful.authenticate(facts, context),
  }),

  'compare-certificate-subjects': alsoAccept((presented, listed) => presented.subject === listed.subject),
  'compare-certificate-keys': alsoAccept((presented, listed) => samePublicKey(presented, listed)),
  'trust-listed-authority': alsoAccept((presented, listed) => listed.ca && presented.verify(listed.publicKey)),
  'share-certificates-within-member': withLists(({ configuration, client }) =>
    configuration.clients.filter((one) => formatPath(memberOf(one.id)) === formatPath(memberOf(client.id))),
  ),
  'share-certificates-within-server': withLists(({ configuration }) => configuration.clients),
  'only-first-certificate': (faithful) => ({
    authenticate: (facts, context) => {
      const [first] = facts.client.certificates
      const certificates = new Map(first === undefined ? [] : [first])
      return faithful.authenticate({ ...facts, client: { ...facts.client, certificates } }, context)
    },
  }),

  'refuse-expired-certificates': (faithful) => ({
    authenticate: (facts, context) => strictly('certificateExpired', facts, context, faithful),
  }),
  'refuse-future-certificates': (faithful) => ({
    authenticate: (facts, context) => strictly('certificateNotYetValid', facts, context, faithful),
  }),
  'ignore-validity-setting': (faithful) => ({
    authenticate: (facts, context) => faithful.authenticate({ ...facts, enforceValidity: false }, context),
  }),
  'refuse-own-certificate': (faithful) => ({
    authenticate: (facts, context) => faithful.authenticate({ ...facts, internalCertificate: '' }, context),
  }),
  'hide-empty-list': (faithful) => ({
    authenticate: (facts, context) => {
      const situation = faithful.authenticate(facts, context)
      return situation === 'certificateListEmpty' ? 'certificateNotListed' : situation
    },
  }),
}

type Situation = ReturnType<Decisions['authenticate']>

function pardon(situation: NonNullable<Situation>): Deviation {
  return pardonIf(() => true, situation)
}

function pardonIf(applies: (facts: ClientAuthentication) => boolean, pardoned: NonNullable<Situation>): Deviation {
  return (faithful) => ({
    authenticate: (facts, context) => {
      const situation = faithful.authenticate(facts, context)
      return situation === pardoned && applies(facts) ? undefined : situation
    },
  })
}

function judgeFor(connectionType: ConfiguredClient['connectionType']): Deviation {
  return (faithful) => ({
    authenticate: (facts, context) =>
      facts.client.connectionType === connectionType && facts.tls?.certificate !== undefined
        ? faithful.authenticate({ ...facts, client: { ...facts.client, connectionType: 'HTTPS' } }, context)
        : faithful.authenticate(facts, context),
  })
}

function alsoAccept(matches: (presented: X509Certificate, listed: X509Certificate) => boolean): Deviation {
  return (faithful) => ({
    authenticate: (facts, context) => {
      const situation = faithful.authenticate(facts, context)
      const presented: PresentedCertificate | undefined = facts.tls?.certificate
      if (situation !== 'certificateNotListed' || presented === undefined) return situation
      const listed = [...facts.client.certificates.values()].map((one: Credential) => new X509Certificate(one.der))
      return listed.some((one) => matches(presented.x509, one)) ? undefined : situation
    },
  })
}

function withLists(clients: (context: AuthenticationContext) => readonly ConfiguredClient[]): Deviation {
  return (faithful) => ({
    authenticate: (facts, context) => {
      const certificates = new Map(clients(context).flatMap((client) => [...client.certificates]))
      const client = facts.client.certificates.size === 0 ? facts.client : { ...facts.client, certificates }
      return faithful.authenticate({ ...facts, client }, context)
    },
  })
}

function strictly(
  refused: NonNullable<Situation>,
  facts: ClientAuthentication,
  context: AuthenticationContext,
  faithful: Decisions,
): Situation {
  const strict = faithful.authenticate({ ...facts, enforceValidity: true }, context)
  return strict === refused ? strict : faithful.authenticate(facts, context)
}

function samePublicKey(a: X509Certificate, b: X509Certificate): boolean {
  return a.publicKey.export({ type: 'spki', format: 'der' }).equals(b.publicKey.export({ type: 'spki', format: 'der' }))
}
