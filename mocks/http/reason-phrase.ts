import { STATUS_CODES } from 'node:http'

/** Where the engine of security servers has other words than the standard, or none. */
const own: Readonly<Record<number, string>> = {
  203: 'Non Authoritative Information',
  208: '208',
  226: '226',
  420: 'Enhance your Calm',
  425: '425',
  451: 'Unavailable for Legal Reason',
  500: 'Server Error',
  506: '506',
  509: '509',
}

/** The words behind a status; the number itself for one that the engine does not know. */
export function reasonPhrase(status: number): string {
  return own[status] ?? STATUS_CODES[status] ?? String(status)
}
