import { isMisbehaviour, type Misbehaviour, misbehaviours } from '../../fixtures/misbehaviours.ts'
import { nearestName } from '../../fixtures/nearest-name.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import {
  faithfulDecisions as faithfulPublishing,
  type PublishingDecisions,
} from '../central-server/publishing-decisions.ts'
import { type DownloadDecisions, faithfulDownload } from '../configuration-client/download-decisions.ts'
import { faithfulManagement, type ManagementDecisions } from '../management-services/management-decisions.ts'
import { type Decisions, faithfulDecisions } from '../security-server/decisions.ts'
import { answerDeviations } from './answer-deviations.ts'
import { authenticationDeviations } from './authentication-deviations.ts'
import { callerDeviations } from './caller-deviations.ts'
import { descriptionDeviations } from './description-deviations.ts'
import type { Deviations } from './deviation.ts'
import { downloadDeviations } from './download-deviations.ts'
import { endpointDeviations } from './endpoint-deviations.ts'
import { managementDeviations } from './management-deviations.ts'
import { metadataDeviations } from './metadata-deviations.ts'
import { peerDeviations } from './peer-deviations.ts'
import { providerDeviations } from './provider-deviations.ts'
import { publishingDeviations } from './publishing-deviations.ts'
import { restAnswerDeviations } from './rest-answer-deviations.ts'
import { restRequestDeviations } from './rest-request-deviations.ts'
import { restTargetDeviations } from './rest-target-deviations.ts'
import { rightDeviations } from './right-deviations.ts'
import { signingDeviations } from './signing-deviations.ts'
import { soapDeviations } from './soap-deviations.ts'
import { tlsDeviations } from './tls-deviations.ts'

/**
 * How an environment behaves: faithfully, or with deliberate misbehaviours that prove that a scenario can fail.
 * Those that are no decision of a server's pipeline (TLS, the test services, changes) are asked for by name.
 */
export interface Behaviour {
  readonly decisions: Decisions
  readonly publishing: PublishingDecisions
  readonly download: DownloadDecisions
  readonly management: ManagementDecisions
  /** Whether it is switched on. `wouldShow` says whether it would make a difference now; only a noted behaviour asks that. */
  has(name: Misbehaviour, wouldShow?: () => boolean): boolean
}

export const deviations: Deviations = {
  ...authenticationDeviations,
  ...callerDeviations,
  ...rightDeviations,
  ...signingDeviations,
  ...answerDeviations,
  ...providerDeviations,
  ...restTargetDeviations,
  ...restRequestDeviations,
  ...restAnswerDeviations,
  ...endpointDeviations,
  ...soapDeviations,
  ...metadataDeviations,
  ...descriptionDeviations,
  ...tlsDeviations,
  ...peerDeviations,
}

/** The behaviour with these misbehaviours; throws a UsageError for a name that is none. */
export function behaviourWith(names: readonly string[]): Behaviour {
  const chosen = new Set<Misbehaviour>()
  for (const name of names) {
    if (!isMisbehaviour(name)) {
      const known = Object.keys(misbehaviours)
      const instead = nearestName(name, known) ?? `one of ${known.join(', ')}`
      throw new UsageError(`no misbehaviour is called "${name}"; write ${instead}`)
    }
    chosen.add(name)
  }
  let decisions: Decisions = faithfulDecisions
  let download: DownloadDecisions = faithfulDownload
  let publishing: PublishingDecisions = faithfulPublishing
  let management: ManagementDecisions = faithfulManagement
  for (const name of chosen) {
    decisions = { ...decisions, ...deviations[name]?.(decisions) }
    publishing = { ...publishing, ...publishingDeviations[name] }
    download = { ...download, ...downloadDeviations[name] }
    management = { ...management, ...managementDeviations[name] }
  }
  return { decisions, publishing, download, management, has: (name) => chosen.has(name) }
}
