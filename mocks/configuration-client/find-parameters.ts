import type { StoredFile } from './download-configuration.ts'
import type { Parameters, ParametersIdentifier } from './parameters.ts'
import { parametersOf } from './stored-name.ts'

/** A file of parameters that can be read. */
export interface ParametersFile extends StoredFile {
  readonly parameters: Parameters
}

/** The file that a security server takes for those parameters of an instance: the last one of that name. */
export function findParameters(
  files: readonly StoredFile[],
  wanted: ParametersIdentifier,
  instance: string | undefined,
): ParametersFile | undefined {
  const found = files.findLast((file) => parametersOf(file.name) === wanted && file.instance === instance)
  return found?.parameters === undefined ? undefined : { ...found, parameters: found.parameters }
}
