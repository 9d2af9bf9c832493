import { formatId, type ServiceId } from '../../../fixtures/identifiers.ts'
import { fault } from '../../fault/fault.ts'
import type { Decisions } from '../decisions.ts'
import type { MethodQuestion } from './method-list.ts'

/** Refuses whoever may not ask; everybody may who may call at all. */
export function requireAsker(decisions: Decisions, question: MethodQuestion, metaservice: ServiceId): void {
  if (decisions.mayAskForMethods(question)) return
  throw fault('accessDenied', { service: formatId(metaservice) })
}
