import { missing } from './not-applicable.ts'
import type { Target } from './target.ts'

/** An information system whose certificate has expired. */
export interface ExpiredSystem {
  readonly url: string
  /** Name of its certificate. */
  readonly certificate: string
}

/** Finds a scripted information system with a certificate that is not good today. */
export function expiredSystem({ topology, isGood }: Target): ExpiredSystem {
  const scripted = topology.informationSystems.filter(({ serves }) => serves === 'scripted')
  for (const { name, certificate } of scripted) {
    if (certificate !== undefined && !isGood(certificate)) return { url: `\${${name}.https}/script`, certificate }
  }
  return missing('scripted information system with an expired certificate')
}
