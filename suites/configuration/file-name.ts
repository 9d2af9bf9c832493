import { ConfigurationProblem } from './configuration-problem.ts'
import { rawHeaderOf } from './header-value.ts'
import type { MimeEntity } from './mime-entity.ts'

/** What the parts with a meaning are called in the folder of their instance. */
export const parametersNames = {
  'SHARED-PARAMETERS': 'shared-params.xml',
  'PRIVATE-PARAMETERS': 'private-params.xml',
} as const

export type ParametersIdentifier = keyof typeof parametersNames

/** What a part is called there; every other one goes by its location, unless the directory names it. */
export function fileNameOf({ headers }: MimeEntity, identifier: string | undefined, location: string): string {
  if (isParameters(identifier)) return parametersNames[identifier]
  const said = rawHeaderOf(headers, 'Content-file-name')?.trim()
  const name = /([^/]+)\/*$/.exec(said === undefined || said === '' ? location : said)?.[1]
  if (name !== undefined) return name
  throw new ConfigurationProblem('internal_error', `${location} names no file`)
}

export function isParameters(identifier: string | undefined): identifier is ParametersIdentifier {
  return identifier !== undefined && Object.hasOwn(parametersNames, identifier)
}
