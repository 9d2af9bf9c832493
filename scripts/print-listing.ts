import { join } from 'node:path'
import { connectionTypes } from '../fixtures/connection-type.ts'
import type { EnvironmentListing } from './environment-listing.ts'

/** What `roadworthy up` prints for people: addresses, clients, services, and lines to paste. */
export function printListing(listing: EnvironmentListing): string {
  const { servers, clients, services, directory, profile } = listing
  const lines = [
    `A mock exchange layer runs, profile ${profile}. Certificates and keys are in ${directory}.`,
    '',
    ...table([
      ['security server', 'HTTP', 'HTTPS', 'internal certificate'],
      ...Object.entries(servers).map(([code, server]) => [code, server.http, server.https, server.certificate]),
    ]),
    '',
    ...table([
      ['client', 'server', 'status', 'connection type', 'certificates'],
      ...clients.map(({ id, server, status, connectionType, certificates }) => [
        id,
        server,
        status,
        words(connectionType),
        certificates.map(({ name }) => name).join(', ') || 'none',
      ]),
    ]),
    '',
    ...table([['service', 'called by'], ...services.map(({ id, type }) => [id, type])]),
    ...callLines(listing),
    '',
    'Ctrl-C stops it.',
  ]
  return `${lines.join('\n')}\n`
}

/** The name of the SOAP request that `up` writes, for the lines below. */
export const requestFile = (directory: string): string => join(directory, 'getRandom.xml')

/** curl lines for the first client that connects with a certificate, where there is a service for it. */
export function callLines({ servers, clients, services, directory }: EnvironmentListing): string[] {
  const caller = pasteCaller(clients)
  const [certificate] = caller?.certificates ?? []
  const server = caller && servers[caller.server]
  if (server === undefined || caller === undefined || certificate?.key === undefined) return []
  const identity = `--cert ${quote(certificate.certificate)} --key ${quote(certificate.key)} --cacert ${quote(server.certificate)}`
  const https = server.https.replace('127.0.0.1', 'localhost')
  const rest = services.find(({ id, type }) => type === 'REST' && id.endsWith('/rest-test'))
  const soap = services.find(isGetRandom)
  const restLine = rest && `curl ${identity} -H 'X-Road-Client: ${caller.id}' ${https}/r1/${rest.id}/random`
  const soapLine = soap && `-H 'Content-Type: text/xml' -d @${quote(requestFile(directory))} ${https}/`
  return [
    ...(restLine === undefined ? [] : ['', `REST, as ${caller.id}:`, `  ${restLine}`]),
    ...(soapLine === undefined ? [] : ['', 'SOAP, with its certificate:', `  curl ${identity} ${soapLine}`]),
    ...(soapLine === undefined
      ? []
      : ['', 'and without, which is refused:', `  curl --cacert ${quote(server.certificate)} ${soapLine}`]),
  ]
}

/** The client that the lines to paste act as: a subsystem, if there is one, that connects with one certificate. */
export function pasteCaller(clients: EnvironmentListing['clients']): EnvironmentListing['clients'][number] | undefined {
  const able = clients.filter(
    ({ connectionType, status, certificates }) =>
      connectionType === 'HTTPS' &&
      status === 'registered' &&
      certificates.length === 1 &&
      certificates[0]?.key !== undefined,
  )
  return able.find(({ id }) => id.split('/').length === 4) ?? able[0]
}

/** Whether a service is the SOAP test service getRandom. */
export function isGetRandom({ id, type }: EnvironmentListing['services'][number]): boolean {
  return type === 'SOAP' && id.endsWith('/getRandom/v1')
}

function words(connectionType: string): string {
  return connectionType === connectionTypes[1] ? 'HTTPS NO AUTH' : connectionType
}

/** As one word of a POSIX shell. */
function quote(text: string): string {
  return /^[\w./@:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
