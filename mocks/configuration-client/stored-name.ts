import { ConfigurationFailure } from './configuration-failure.ts'
import { type ParametersIdentifier, parametersIdentifiers } from './parameters.ts'
import type { ListedFile } from './verify-signed-directory.ts'

const parametersNames: Readonly<Record<string, string>> = {
  'SHARED-PARAMETERS': 'shared-params.xml',
  'PRIVATE-PARAMETERS': 'private-params.xml',
} satisfies Record<ParametersIdentifier, string>

/** What a file is called in the folder of its instance; throws `internal_error` where a location has no name. */
export function storedName({ identifier = '', fileName, location }: ListedFile): string {
  if (Object.hasOwn(parametersNames, identifier)) return parametersNames[identifier] ?? ''
  const name = (fileName ?? location).split('/').findLast((segment) => segment !== '')
  if (name === undefined) throw new ConfigurationFailure('internal_error', `${location} names no file`)
  return name
}

/** The parameters that a security server takes a stored file for, whatever the directory calls it. */
export function parametersOf(name: string): ParametersIdentifier | undefined {
  return parametersIdentifiers.find((one) => parametersNames[one] === name)
}
