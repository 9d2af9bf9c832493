import { randomUUID } from 'node:crypto'
import { type ClientId, formatPath, type ServiceId } from '../../fixtures/identifiers.ts'
import type { WireRequest } from './connection.ts'

/** A REST message as one security server sends it to another, but for its signature, which nobody here can make. */
export function peerRequest(
  client: ClientId,
  service: ServiceId,
  version: string,
  id: string,
  hashAlgorithm?: string,
): WireRequest {
  const boundary = `xtop${randomUUID().replaceAll('-', '').slice(0, 30)}`
  const requestId = randomUUID()
  const message = [
    `GET /r1/${formatPath(service)}`,
    `X-Road-Client:${formatPath(client)}`,
    `X-Road-Id:${id}`,
    `x-road-request-id:${requestId}`,
    '',
  ]
  const part = ['content-type: application/x-road-rest-request', '', ...message]
  return {
    method: 'POST',
    path: '/',
    headers: [
      ['Content-Type', `multipart/mixed; charset=UTF-8; boundary=${boundary}`],
      ['x-road-request-id', requestId],
      ['x-proxy-version', version],
      ['x-road-message-type', 'REST'],
      ...(hashAlgorithm === undefined ? [] : [['x-hash-algorithm', hashAlgorithm] as const]),
    ],
    body: Buffer.from([`--${boundary}`, ...part, `--${boundary}--`, ''].join('\r\n')),
  }
}
