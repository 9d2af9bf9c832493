import { findBlankCode } from '../../fixtures/configuration-schema/blank-code.ts'
import {
  privateParametersSchema,
  sharedParametersSchema,
} from '../../fixtures/configuration-schema/parameters-schema.ts'
import type { GlobalConfiguration } from '../security-server/global-configuration.ts'
import { ConfigurationFailure } from './configuration-failure.ts'
import { globalConfigurationOf } from './global-configuration-of.ts'
import { readDocument } from './read-document.ts'
import { anchorOf, childrenOf, type DownloadLocation, derOf, type TrustAnchor, textOf } from './trust-anchor.ts'

/** What a client itself needs of shared or private parameters. */
export interface Parameters {
  readonly instance: string
  /** Addresses of the sources, with the certificates of either configuration. */
  readonly sources: readonly {
    readonly address: string
    readonly internal: DownloadLocation['certificates']
    readonly external: DownloadLocation['certificates']
  }[]
  /** Of other instances, with which this one is federated. */
  readonly anchors: readonly TrustAnchor[]
  /** What shared parameters say of members and servers. */
  readonly global: GlobalConfiguration | undefined
}

const schemas = { 'SHARED-PARAMETERS': sharedParametersSchema, 'PRIVATE-PARAMETERS': privateParametersSchema }

export type ParametersIdentifier = keyof typeof schemas

export const parametersIdentifiers = ['SHARED-PARAMETERS', 'PRIVATE-PARAMETERS'] as const

export function isParametersIdentifier(identifier: string | undefined): identifier is ParametersIdentifier {
  return identifier !== undefined && Object.hasOwn(schemas, identifier)
}

/** Reads parameters of a version; throws `malformed_global_conf`, or `internal_error` for a code that is blank. */
export function readParameters(bytes: Buffer, identifier: ParametersIdentifier, version: number): Parameters {
  const root = readDocument(bytes.toString('utf8'), schemas[identifier](version), 'malformed_global_conf')
  const blank = findBlankCode(root)
  if (blank !== undefined) throw new ConfigurationFailure('internal_error', `${blank} must not be blank`)
  return {
    instance: textOf(root, 'instanceIdentifier'),
    sources: childrenOf(root, 'source').map((source) => ({
      address: textOf(source, 'address'),
      internal: childrenOf(source, 'internalVerificationCert').map(derOf),
      external: childrenOf(source, 'externalVerificationCert').map(derOf),
    })),
    anchors: childrenOf(root, 'configurationAnchor').map(anchorOf),
    global: identifier === 'SHARED-PARAMETERS' ? globalConfigurationOf(root) : undefined,
  }
}
