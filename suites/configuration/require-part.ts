import { findBlankCode } from '../../fixtures/configuration-schema/blank-code.ts'
import {
  type DocumentSchema,
  privateParametersSchema,
  sharedParametersSchema,
} from '../../fixtures/configuration-schema/parameters-schema.ts'
import { checkDocument } from './check-document.ts'
import { ConfigurationProblem } from './configuration-problem.ts'
import { type ParametersIdentifier, parametersNames } from './file-name.ts'
import type { DirectoryEntry } from './verify-directory.ts'

/** The schema of parameters of a version. */
export function schemaOf(identifier: ParametersIdentifier, version: number): DocumentSchema {
  return identifier === 'SHARED-PARAMETERS' ? sharedParametersSchema(version) : privateParametersSchema(version)
}

/**
 * Throws a ConfigurationProblem unless a security server finds those parameters among the files of an instance: by their
 * name there, so that what the directory calls them does not matter.
 */
export function requirePart(
  {
    files,
    version,
  }: {
    readonly files: readonly { readonly entry: DirectoryEntry; readonly bytes: Buffer }[]
    readonly version: number
  },
  identifier: ParametersIdentifier,
  instance: string,
): void {
  const stored = files.findLast(
    ({ entry }) => entry.fileName === parametersNames[identifier] && entry.instance === instance,
  )
  if (stored?.entry.identifier === identifier) return
  if (stored !== undefined && isReadable(stored.bytes, schemaOf(identifier, version))) return
  // It would be stored in the folder of another instance, and the server's own stay empty.
  throw new ConfigurationProblem(
    'global_conf_outdated',
    `the configuration has no ${identifier} of the anchor's instance ${instance}`,
  )
}

function isReadable(bytes: Buffer, schema: DocumentSchema): boolean {
  try {
    return findBlankCode(checkDocument(bytes, schema, 'malformed_global_conf', 'it')) === undefined
  } catch (error) {
    if (error instanceof ConfigurationProblem) return false
    throw error
  }
}
