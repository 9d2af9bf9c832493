import type { PlacedService } from './access.ts'
import type { Scene } from './scene.ts'

/** The services whose descriptions are asked for, by what becomes of it. */
export const descriptionKinds = {
  wsdl: kind('of type WSDL that is described by the test services', 'WSDL', (url) => !isMissing(url)),
  openapi: kind('of type OPENAPI that is described by the test services', 'OPENAPI', (url) => !isMissing(url)),
  'missing-wsdl': kind('of type WSDL whose WSDL (no-such-document) is missing', 'WSDL', isMissing),
  'missing-openapi': kind('of type OPENAPI whose description (no-such-document) is missing', 'OPENAPI', isMissing),
} as const satisfies Record<string, DescribedPart>

export type DescriptionKind = keyof typeof descriptionKinds

export interface DescribedPart {
  /** Completes "no service". */
  readonly what: string
  readonly plays: (one: PlacedService, scene: Scene) => boolean
}

/** The first service of a registered provider whose description is of that kind. */
export function findDescribed(of: DescriptionKind, scene: Scene): PlacedService | undefined {
  return scene.services.find((one) => descriptionKinds[of].plays(one, scene))
}

function isMissing(url: string): boolean {
  return url.includes('/no-such-document')
}

/** Only what an information system of the topology publishes over plain HTTP is sure to be there. */
function kind(what: string, type: 'WSDL' | 'OPENAPI', fits: (url: string) => boolean): DescribedPart {
  return {
    what,
    plays: ({ description }, { topology }) =>
      description.type === type &&
      fits(description.url) &&
      topology.informationSystems.some(
        ({ name, serves }) => serves !== 'scripted' && description.url.startsWith(`\${${name}.http}`),
      ),
  }
}
