import { mediaType } from '../observe/response.ts'
import { clientsOfSharedParameters, type SharedClient } from '../observe/shared-clients.ts'
import { readZipArchive } from '../observe/zip-archive.ts'
import { NotApplicable } from './not-applicable.ts'
import type { Target } from './target.ts'

/**
 * The clients of the own instance by the shared parameters, which a security server gives away for the verification of
 * signed documents. Undefined if what it gives cannot be read.
 */
export async function sharedClients(target: Target): Promise<SharedClient[] | undefined> {
  const client = target.client('https')
  const request = { method: 'GET', target: '/verificationconf', headers: [], body: '' } as const
  const seen = await target.soap({ client }).send(request)
  if (seen.kind !== 'response' || mediaType(seen).type !== 'application/zip') {
    throw new NotApplicable('the security server gives no configuration to verify documents with')
  }
  const parameters = readZipArchive(seen.body)?.get(`verificationconf/${target.topology.instance}/shared-params.xml`)
  return parameters && clientsOfSharedParameters(parameters.toString())
}
