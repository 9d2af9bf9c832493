import type { MessagePart } from '../message/multipart.ts'
import type { GlobalConfiguration } from './global-configuration.ts'
import { configurationOf } from './known-instances.ts'
import type { ListedClient } from './local/client-list.ts'
import { acceptsJson, writeClientList } from './local/client-list.ts'
import { type MethodQuestion, restMethods, soapMethods } from './metaservices/method-list.ts'
import { openApiDocument } from './metaservices/open-api-document.ts'
import { responseEnvelope } from './metaservices/response-envelope.ts'
import { wsdlDocument } from './metaservices/wsdl-document.ts'
import type { ConfiguredService } from './server-configuration.ts'

/** What a security server says about its instance and about services, and to whom. */
export interface MetadataDecisions {
  /** Whether a request by that method may be one that the server answers alone. */
  answersLocally(method: string): boolean
  /** The configuration of the instance whose clients are asked for; undefined where it is unknown. */
  listedInstance(asked: string, global: GlobalConfiguration): GlobalConfiguration | undefined
  listedClients(clients: readonly ListedClient[]): readonly ListedClient[]
  acceptsJson: typeof acceptsJson
  writeClientList: typeof writeClientList
  /** Whether a REST call by that method may be one of metadata. */
  isRestMetadata(method: string): boolean
  mayAskForMethods(question: MethodQuestion): boolean
  soapMethods: typeof soapMethods
  restMethods: typeof restMethods
  /** The service whose description is asked for, of the provider in question. */
  describedService(question: MethodQuestion, code: string, version: string | undefined): ConfiguredService | undefined
  /** Whether that service counts as described in that way. */
  hasDescription(service: ConfiguredService, type: 'WSDL' | 'OPENAPI'): boolean
  /** Whether an answer with that HTTP status holds the description. */
  isDescription(status: number): boolean
  wsdlDocument: typeof wsdlDocument
  openApiDocument: typeof openApiDocument
  /** The Content-Type of an OpenAPI description; `sent` are those that its provider gives. */
  openApiType(sent: readonly string[]): string
  /** The SOAP message that answers a request for metadata. */
  responseEnvelope: typeof responseEnvelope
  /** The answer to `getWsdl`: the SOAP part, and the WSDL. */
  wsdlParts(parts: readonly MessagePart[]): readonly MessagePart[]
}

export const faithfulMetadataDecisions: MetadataDecisions = {
  answersLocally: (method) => method.toUpperCase() === 'GET',
  listedInstance: (asked, global) => (asked.trim() === '' ? global : configurationOf(global, asked)),
  listedClients: (clients) => clients,
  acceptsJson,
  writeClientList,
  isRestMetadata: (method) => method === 'GET',
  mayAskForMethods: () => true,
  soapMethods,
  restMethods,
  describedService: ({ provider }, code, version) => provider.service(code, version),
  hasDescription: (service, type) => service.description.type === type,
  isDescription: (status) => status === 200,
  wsdlDocument,
  openApiDocument,
  openApiType: ([type = 'text/plain']) => type,
  responseEnvelope,
  wsdlParts: (parts) => parts,
}
