import { type FaultKey, type FaultOrigin, formatFaultCode } from '../../fixtures/fault-catalogue.ts'
import { type FaultSituationName, faultSituations, formatFaultText } from '../../fixtures/fault-situations.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import { FormatError, formatProblem, formatText } from './java-format.ts'

/** The mock refuses a message on purpose. Who found the fault is added on the way out, by `attribute`. */
export class FaultError extends Error {
  override readonly name = 'FaultError'
  readonly situation: FaultSituationName
  readonly parameters: FaultParameters
  readonly origin: FaultOrigin | undefined
  /** Codes in front of the situation's own, such as `serviceFailed`. */
  readonly prefix: readonly FaultKey[]

  constructor(
    situation: FaultSituationName,
    parameters: FaultParameters,
    source: {
      readonly origin?: FaultOrigin | undefined
      readonly prefix?: readonly FaultKey[]
      readonly cause?: unknown
    } = {},
  ) {
    super(formatFaultText(faultSituations[situation].text, parameters), { cause: source.cause })
    this.situation = situation
    this.parameters = parameters
    this.origin = source.origin
    this.prefix = source.prefix ?? []
  }
}

export type FaultParameters = Readonly<Record<string, string | number>>

/** A fault as it goes out: code and text in the spelling of the profile, and the identifier that the server's log has too. */
export interface RenderedFault {
  readonly code: string
  /** Null for an exception without a text. */
  readonly message: string | null
  readonly detail: string
  readonly actor: string
  readonly restStatus: number
}

/** A SOAP fault that came as a request may go back without actor and detail. */
export type RenderedSoapFault = Omit<RenderedFault, 'actor' | 'detail'> & {
  readonly actor: string | undefined
  readonly detail: string | undefined
}

/** The only way to refuse a message. */
export function fault(
  situation: FaultSituationName,
  parameters: FaultParameters = {},
  origin?: FaultOrigin,
  cause?: unknown,
): FaultError {
  return new FaultError(situation, parameters, { origin, cause })
}

/** Says who found a fault, and under which heading, unless it is said already. */
export function attribute(error: FaultError, origin: FaultOrigin, ...prefix: FaultKey[]): FaultError {
  if (error.origin !== undefined) return error
  const { situation, parameters, cause } = error
  return new FaultError(situation, parameters, { origin, prefix: [...prefix, ...error.prefix], cause })
}

/** The code of a fault in the spelling of a profile, with or without its origin. */
function faultCode(error: FaultError, profile: VersionProfile): string {
  const path = [...error.prefix, ...faultPath(error, profile)]
  return formatFaultCode(profile.origins[error.situation] ?? error.origin ?? 'clientProxy', path, profile.faultSpelling)
}

/**
 * The text of a fault in the words of a profile. An exception without a text is null on the consumer side; from the
 * provider side it comes as the word.
 */
export function faultMessage(error: FaultError, profile: VersionProfile): string | null {
  const text = profile.texts[error.situation] ?? faultSituations[error.situation].text
  if (text === '{text}' && error.parameters['text'] === 'null' && error.origin !== 'serverProxy') return null
  return formatFaultText(text, error.parameters)
}

/** What goes out for a fault: its code, its text and a fresh identifier. Throws a FormatError where 7.8.0 breaks over a `%`. */
export function renderFault(error: FaultError, profile: VersionProfile, newId: () => string): RenderedFault {
  const code = faultCode(error, profile)
  const message = faultMessage(error, profile)
  if (!profile.quirks.formatsTextsTwice || message === null) {
    return { code, message, detail: newId(), actor: '', restStatus: restStatus(code, profile) }
  }
  const problem = formatProblem(message)
  if (problem !== undefined) throw new FormatError(problem)
  return { code, message: formatText(message), detail: newId(), actor: '', restStatus: restStatus(code, profile) }
}

/** A REST error is the server's own (500) if its code starts with the word for a server, else the caller's (400). */
export function restStatus(code: string, profile: VersionProfile): number {
  return code.startsWith(profile.faultSpelling === 'snake' ? 'server.' : 'Server.') ? 500 : 400
}

function faultPath(error: FaultError, profile: VersionProfile): readonly FaultKey[] {
  return profile.codes[error.situation] ?? faultSituations[error.situation].path
}
