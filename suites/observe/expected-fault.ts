import { type FaultKey, type FaultOrigin, formatFaultCode } from '../../fixtures/fault-catalogue.ts'
import { type FaultSituationName, faultSituations } from '../../fixtures/fault-situations.ts'
import { formatId, type XRoadId } from '../../fixtures/identifiers.ts'
import { profiles } from '../../fixtures/profiles.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import type { Acceptance } from './answer.ts'
import type { ObservedFault } from './fault.ts'

/** Who must have found the fault, and what fills the placeholders of its text. A placeholder left open matches anything. */
export interface FaultCircumstances {
  /** `clientProxy` unless given. */
  readonly origin?: FaultOrigin
  /** A segment between origin and fault: `serviceFailed` where the provider side failed to call the service. */
  readonly within?: FaultKey
  readonly client?: XRoadId
  readonly service?: XRoadId
  readonly server?: XRoadId
  /** Any other placeholder of the text. */
  readonly text?: Readonly<Record<string, string | number>>
}

/** The codes, texts and statuses that count as that fault. */
export interface ExpectedFault {
  readonly codes: readonly string[]
  readonly texts: readonly RegExp[]
  /** The wordings, for people. */
  readonly wordings: readonly string[]
  readonly statuses: readonly number[]
}

/** What a fault must look like in a situation, for the profile alone or for all that is in use. */
export function expectFault(
  situation: FaultSituationName,
  circumstances: FaultCircumstances,
  protocol: 'rest' | 'soap' | 'local',
  { profile, exact }: Acceptance,
): ExpectedFault {
  const { origin = 'clientProxy', within } = circumstances
  const path = [...(within === undefined ? [] : [within]), ...faultSituations[situation].path]
  const spellings = exact ? ([profile.faultSpelling] as const) : (['snake', 'dotted'] as const)
  const wordings = exact ? [wordingOf(situation, profile)] : profiles.map((one) => wordingOf(situation, one))
  const filled = [...new Set(wordings)].map((wording) => fill(wording, circumstances))
  return {
    codes: spellings.map((spelling) => formatFaultCode(origin, path, spelling)),
    texts: filled.map(toPattern),
    wordings: filled,
    statuses: statusesOf(situation, origin, protocol),
  }
}

/** What is wrong with a fault, one sentence each; nothing if it is the expected one. */
export function compareFault(fault: ObservedFault, expected: ExpectedFault): string[] {
  const { code, message, status } = fault
  const wrong: string[] = []
  if (!expected.codes.includes(code)) wrong.push(`The code is ${code || 'empty'}, not ${expected.codes.join(' or ')}.`)
  if (!expected.texts.some((text) => text.test(message))) {
    wrong.push(`The text is "${message}", not "${expected.wordings.join('" or "')}".`)
  }
  if (!expected.statuses.includes(status))
    wrong.push(`The HTTP status is ${status}, not ${expected.statuses.join(' or ')}.`)
  return wrong
}

function wordingOf(situation: FaultSituationName, profile: VersionProfile): string {
  return profile.texts[situation] ?? faultSituations[situation].text
}

function fill(wording: string, { client, service, server, text = {} }: FaultCircumstances): string {
  const ids = Object.entries({ client, service, server }).flatMap(([name, id]) =>
    id === undefined ? [] : [[name, formatId(id)]],
  )
  const parameters: Record<string, string | number> = { ...Object.fromEntries(ids), ...text }
  return wording.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole))
}

/** The text as a pattern in which every placeholder left open matches anything. */
function toPattern(text: string): RegExp {
  const literal = text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literal.join('[^]*')}$`)
}

/** A request that breaks the REST protocol may be answered with 400 as documented or with 500 as the reference does (AMB-03). */
const restProtocolViolations: ReadonlySet<FaultSituationName> = new Set([
  'clientMissing',
  'clientIdInvalid',
  'serverIdInvalid',
  'representedPartyInvalid',
  'requestUriInvalid',
  'percentEncodingInvalid',
  'percentEncodingIncomplete',
  'pathCharacterInvalid',
  'verbUnknown',
  'uriIllegal',
])

// SOAP 1.1 wants 500 for a fault, the reference sends 200 (AMB-02).
function statusesOf(situation: FaultSituationName, origin: FaultOrigin, protocol: 'rest' | 'soap' | 'local'): number[] {
  if (protocol === 'soap') return [200, 500]
  return restProtocolViolations.has(situation) || origin === 'client' ? [400, 500] : [500]
}
