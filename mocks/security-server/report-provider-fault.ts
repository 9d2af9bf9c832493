import { attribute, type FaultError, fault, type RenderedFault } from '../fault/fault.ts'
import { FormatError, formatProblem } from '../fault/java-format.ts'
import type { MessageContext } from './message-context.ts'

/** How the provider side reports what it refuses. An error that breaks while it is reported becomes another one. */
export function reportProviderFault(context: MessageContext, error: FaultError, serviceAddress: string): RenderedFault {
  const { decisions, profile, newId } = context
  const describe = (one: FaultError) => decisions.describeFault(one, profile, newId, serviceAddress)
  try {
    return describe(attribute(error, 'serverProxy'))
  } catch (broken) {
    if (!(broken instanceof FormatError)) throw broken
    const { message } = broken.problem
    // Where the second error breaks as well, no answer leaves the provider side at all.
    if (formatProblem(message) !== undefined) return describe(fault('responseContentTypeMissing', {}, 'clientProxy'))
    return describe(fault('internal', { text: message }, 'serverProxy'))
  }
}
