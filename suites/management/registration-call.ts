import { once } from 'node:events'
import { connect } from 'node:tls'
import { Agent, request } from 'undici'
import { type ManagementAnswer, readManagementAnswer } from './management-answer.ts'
import type { WrittenRequest } from './signed-request.ts'

/** Milliseconds for one call. */
const timeLimit = 10_000

/** Sends a request straight to the central server. Its certificate is looked at by itself (presentedCertificate). */
export async function callRegistration(
  address: string,
  { contentType, body }: WrittenRequest,
  method: 'GET' | 'POST' = 'POST',
): Promise<ManagementAnswer> {
  const agent = new Agent({ connect: { rejectUnauthorized: false } })
  try {
    const answer = await request(address, {
      method,
      dispatcher: agent,
      signal: AbortSignal.timeout(timeLimit),
      ...(method === 'POST' && { headers: { 'content-type': contentType }, body }),
    })
    const bytes = Buffer.from(await answer.body.arrayBuffer())
    const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const)
    return readManagementAnswer(answer.statusCode, headers, bytes)
  } finally {
    await agent.close()
  }
}

/** DER of the certificate that the central server presents there; undefined if there is no TLS. */
export async function presentedCertificate(address: string): Promise<Buffer | undefined> {
  const { hostname, port } = new URL(address)
  const socket = connect({ host: hostname, port: Number(port || 443), rejectUnauthorized: false })
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(timeLimit) })
    return socket.getPeerX509Certificate()?.raw
  } finally {
    socket.destroy()
  }
}
