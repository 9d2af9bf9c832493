import { z } from 'zod'
import { providerScriptSchema } from '../../fixtures/provider-script.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import type { RunningScriptedSystem } from '../information-system/scripted-system.ts'
import type { ControlRoutes } from './control-route.ts'

export const scriptRequest = z.strictObject({ messageId: z.string(), scripts: z.array(providerScriptSchema) })

/** PUT /script and GET /calls of the information system that answers as scripted, if the topology has one. */
export function systemRoutes(scripted: Pick<RunningScriptedSystem, 'script' | 'calls'> | undefined): ControlRoutes {
  const system = () => {
    if (scripted !== undefined) return scripted
    throw new UsageError('the topology has no scripted information system; add one with `serves: scripted`')
  }
  return {
    'PUT /script': async ({ body }) => {
      const { messageId, scripts } = scriptRequest.parse(await body())
      system().script(messageId, scripts)
    },
    'GET /calls': ({ query }) => ({ calls: system().calls(query.get('messageId') ?? '') }),
  }
}
