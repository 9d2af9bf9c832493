import { isManagementFaultCode } from '../../fixtures/management-fault-codes.ts'
import { findProfile } from '../../fixtures/profiles.ts'
import type { Observation } from '../observe/normalise.ts'
import type { RunRecord } from './run-record.ts'

/**
 * What the run accepted although documents, releases or the chosen profile disagree about it: a sentence each. No verdict
 * hangs on these, but whoever upgrades a server wants to know them.
 */
export function remarksOn(record: Pick<RunRecord, 'header' | 'results'>): string[] {
  const faults = record.results
    .flatMap(({ evidence }) => evidence.filter((one) => one.kind === 'fault'))
    .filter(({ call }) => call.peer === undefined)
  return [...spellingRemarks(faults, record.header.profile), ...statusRemarks(faults), ...unknownCodeRemarks(faults)]
}

type Fault = Extract<Observation, { kind: 'fault' }>

const spellingNames = { dotted: 'as up to X-Road 7.7 (AccessDenied)', snake: 'as since X-Road 7.8 (access_denied)' }

function* spellingRemarks(faults: readonly Fault[], profileName: string): Generator<string> {
  const profile = findProfile(profileName)
  for (const spelling of ['dotted', 'snake'] as const) {
    const count = faults.filter((fault) => fault.spelling === spelling).length
    if (count > 0 && profile !== undefined && spelling !== profile.faultSpelling) {
      const codes = count === 1 ? '1 fault code is' : `${count} fault codes are`
      yield `${codes} spelled ${spellingNames[spelling]}; ${profile.title} spells them the other way (AMB-01).`
    }
  }
}

function* statusRemarks(faults: readonly Fault[]): Generator<string> {
  const soap = faults.filter((fault) => fault.rendering === 'soap' && fault.status === 500).length
  if (soap > 0) yield `${soap} SOAP faults came with HTTP 500, as SOAP 1.1 wants; the reference sends 200 (AMB-02).`
  const rest = faults.filter((fault) => fault.rendering !== 'soap' && fault.status === 400).length
  if (rest > 0) yield `${rest} REST errors came with HTTP 400, as PR-REST wants; the reference sends 500 (AMB-03).`
}

function* unknownCodeRemarks(faults: readonly Fault[]): Generator<string> {
  // A qualified name, such as soap:Client, is a provider's own code.
  const unknown = new Set(
    faults
      .filter(({ key, code }) => key === null && !code.includes(':') && !isManagementFaultCode(code))
      .map(({ code }) => code),
  )
  for (const code of unknown) yield `The fault code "${code}" is in no known release.`
}
