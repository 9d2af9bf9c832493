import { z } from 'zod'
import { allowedFederationsSchema } from '../../fixtures/federation.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import type { ControlRoutes } from './control-route.ts'
import type { DownloadsOnDemand } from './downloads-on-demand.ts'
import type { NotedBehaviour } from './noted-behaviour.ts'

/** What the control interface tells of an environment as a whole. */
export interface ControlledEnvironment {
  /** What runs, and how it is reached from the machine that it runs on. */
  describe(): unknown
  /** Absent unless questions are noted. */
  readonly questionsSince?: NotedBehaviour['questionsSince'] | undefined
  /** Downloads the configuration of an anchor as a security server that has imported it. */
  readonly download: DownloadsOnDemand['download']
  /** Has a server be again what it was at the start: in the register, and by the anchor that it goes by. */
  restore(server: string): Promise<void>
}

const downloadRequest = z.strictObject({
  anchor: z.string(),
  allowedFederations: allowedFederationsSchema.default('none'),
  profile: z.string().optional(),
  server: z.string().optional(),
})
const restoreRequest = z.strictObject({ server: z.string() })

/** GET /environment and /questions, POST /download and /restore. */
export function environmentRoutes({ describe, questionsSince, ...controlled }: ControlledEnvironment): ControlRoutes {
  return {
    'GET /environment': () => describe(),
    'GET /questions': ({ query }) => {
      if (questionsSince === undefined) throw new UsageError('this environment notes no questions')
      return questionsSince(Number(query.get('since') ?? 0))
    },
    'POST /download': async ({ body }) => {
      const { profile, server, ...wanted } = downloadRequest.parse(await body())
      return controlled.download({
        ...wanted,
        ...(profile !== undefined && { profile }),
        ...(server !== undefined && { server }),
      })
    },
    'POST /restore': async ({ body }) => controlled.restore(restoreRequest.parse(await body()).server),
  }
}
