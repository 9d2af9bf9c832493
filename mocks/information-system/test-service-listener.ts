import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceCall, TestService } from './test-service.ts'

/** Bytes of the largest request body that is taken. */
const largestBody = 20 * 1024 * 1024

/**
 * Serves a test service as a listener of node:http, at an address without trailing slash. Request bodies are read
 * whole, up to 20 MiB; a call that the service leaves to others is 404, and a bug in it 500.
 */
export function testServiceListener(service: TestService, baseUrl: () => string) {
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await readBody(incoming)
    if (body === undefined) return refuse(outgoing, 413)
    const call = readCall(incoming, body, baseUrl())
    if (call === undefined) return refuse(outgoing, 400)
    try {
      const answer = isHere(incoming.url, call.url, baseUrl()) ? service(call) : undefined
      if (answer === undefined) return refuse(outgoing, 404)
      outgoing.writeHead(answer.status, answer.headers).end(answer.body)
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error))
      refuse(outgoing, 500)
    }
  }
}

/** Undefined for a body that is too large; never settles if the caller leaves, for then there is nobody to answer. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const { 'content-length': announced, 'transfer-encoding': encoding } = incoming.headers
  if (Number(announced) > largestBody) return undefined
  if (announced === undefined && encoding === undefined) return Buffer.alloc(0)
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>()
  const chunks: Buffer[] = []
  let length = 0
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > largestBody) resolve(undefined)
    else chunks.push(chunk)
  })
  incoming.once('end', () => resolve(Buffer.concat(chunks)))
  return promise
}

/** Undefined for what Fetch, and so MSW, cannot express: TRACE, or a target that is no address or names a user. */
function readCall(incoming: IncomingMessage, body: Buffer, baseUrl: string): ServiceCall | undefined {
  const { method = 'GET', url: target = '/', headersDistinct } = incoming
  const url = target.startsWith('/') ? URL.parse(baseUrl + target) : URL.parse(target, baseUrl)
  if (method === 'TRACE' || url === null || url.username !== '' || url.password !== '') return undefined
  const header = (name: string) => headersDistinct[name]?.join(', ')
  return { method, url, contentType: header('content-type') ?? '', header, body }
}

/** A target that is a whole address may be one of another server. */
function isHere(target: string | undefined, url: URL, baseUrl: string): boolean {
  return target?.startsWith('/') || url.origin === new URL(baseUrl).origin
}

function refuse(outgoing: ServerResponse, status: 400 | 404 | 413 | 500): void {
  // What was not read of a body would otherwise be taken for the next request.
  const headers = { 'Content-Type': 'text/plain', ...(status === 413 && { Connection: 'close' }) }
  outgoing.writeHead(status, headers).end(`${status}\n`)
}
