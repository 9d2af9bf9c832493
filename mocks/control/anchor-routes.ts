import { z } from 'zod'
import { allowedFederationsSchema } from '../../fixtures/federation.ts'
import type { ControlRoutes } from './control-route.ts'
import type { DownloadOutcome, WantedDownload } from './downloads-on-demand.ts'

/** Whom the control interface lets go by another anchor. */
export interface AnchorImports {
  /** Downloads the configuration of an anchor as a security server that has imported it. */
  download(wanted: WantedDownload): Promise<DownloadOutcome>
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

/** POST /download and /restore. */
export function anchorRoutes({ download, restore }: AnchorImports): ControlRoutes {
  return {
    'POST /download': async ({ body }) => {
      const { profile, server, ...wanted } = downloadRequest.parse(await body())
      return download({ ...wanted, ...(profile !== undefined && { profile }), ...(server !== undefined && { server }) })
    },
    'POST /restore': async ({ body }) => restore(restoreRequest.parse(await body()).server),
  }
}
