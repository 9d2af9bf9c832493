import { readFileSync } from 'node:fs'
import { z } from 'zod'

const deviationsSchema = z.array(z.strictObject({ profile: z.string(), case: z.string(), reason: z.string().min(1) }))

export type Deviation = z.infer<typeof deviationsSchema>[number]

/** Cases in which the mock does not answer as recorded, each with the reason, by profile. */
export function loadDeviations(): Deviation[] {
  const file = new URL('../../fixtures/golden/deviations.json', import.meta.url)
  return deviationsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}
