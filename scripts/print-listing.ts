import type { ConnectionType } from '../fixtures/connection-type.ts'
import { certificateFile, keyFile } from './credential-files.ts'
import type { EnvironmentListing } from './environment-listing.ts'

/** What `roadworthy up` prints for people: addresses, clients, services, and lines to paste. */
export function printListing(listing: EnvironmentListing): string {
  const { servers, centralServer, trustServices, clients, services, examples, directory, profile } = listing
  const providers = Map.groupBy(services, ({ server, provider }) => `${provider} on ${server}`)
  const lines = [
    `A mock exchange layer runs, profile ${profile}.`,
    '',
    ...table([
      ['SECURITY SERVER', 'HTTP', 'HTTPS', 'INTERNAL CERTIFICATE'],
      ...Object.entries(servers).map(([code, server]) => [code, server.http, server.https, server.certificate]),
    ]),
    '',
    ...table([
      ['CENTRAL SERVER', 'HTTP', 'HTTPS'],
      ['global configuration', centralServer.http, centralServer.https],
    ]),
    `Its configuration anchor: ${centralServer.internalAnchor}`,
    `Its registration:         ${centralServer.registration}`,
    `Its approved services:    OCSP ${trustServices.ocsp}, time stamps ${trustServices.timeStamping}`,
    '',
    ...table([
      ['CLIENT', 'SERVER', 'STATUS', 'CONNECTION TYPE', 'CERTIFICATES'],
      ...clients.map(({ id, server, status, connectionType, certificates }) => [
        id,
        server,
        status,
        words(connectionType),
        certificates.map(({ name }) => name).join(', ') || 'none',
      ]),
    ]),
    '',
    `The certificate NAME stands in ${certificateFile(directory, 'NAME')},`,
    `its key in              ${keyFile(directory, 'NAME')}`,
    '',
    ...table([
      ['PROVIDER', 'SERVICES'],
      ...[...providers].map(([provider, offered]) => [
        provider,
        offered.map(({ id, provider: owner, type }) => `${id.slice(owner.length + 1)} (${type})`).join(', '),
      ]),
    ]),
    ...examples.flatMap(({ title, command }) => ['', `${title}:`, `  ${command}`]),
    '',
    'Ctrl-C stops it.',
  ]
  return `${lines.join('\n')}\n`
}

/** The words of the administration interface. */
function words(connectionType: string): string {
  return connectionType === ('HTTPS_NO_AUTH' satisfies ConnectionType) ? 'HTTPS NO AUTH' : connectionType
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
