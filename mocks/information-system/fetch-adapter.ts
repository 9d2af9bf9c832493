import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export type Answer = (request: Request, baseUrl: string) => Promise<Response | undefined>

/** Bytes of the largest request body that is taken. */
const largestBody = 20 * 1024 * 1024

/**
 * Turns a function of Fetch's request and response into a listener of node:http. Request bodies are read whole, up to
 * 20 MiB, for msw copies each request anyway; a response without a Content-Length is streamed.
 */
export function adaptFetch(answer: Answer, baseUrl: () => string) {
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    serve(incoming, outgoing, answer, baseUrl()).catch((error: unknown) => {
      outgoing.destroy()
      // The other side may leave at any time; only the rest is a bug.
      if (!isGone(incoming, error)) process.emitWarning(error instanceof Error ? error : String(error))
    })
  }
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: Answer,
  baseUrl: string,
): Promise<void> {
  const body = await readBody(incoming)
  if (body === undefined) return refuse(outgoing, 413)
  const request = toRequest(incoming, body, baseUrl)
  if (request === undefined) return refuse(outgoing, 400)
  let response: Response | undefined
  try {
    response = await answer(request, baseUrl)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
    return refuse(outgoing, 500)
  }
  return response === undefined ? refuse(outgoing, 404) : write(response, outgoing)
}

async function readBody(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  const { 'content-length': announced, 'transfer-encoding': encoding } = incoming.headers
  if (Number(announced) > largestBody) return undefined
  if (announced === undefined && encoding === undefined) return Buffer.alloc(0)
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming) {
    length += chunk.length
    if (length > largestBody) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Undefined for what Fetch cannot express: TRACE, or a target that is no address. */
function toRequest(incoming: IncomingMessage, body: Buffer<ArrayBuffer>, baseUrl: string): Request | undefined {
  const { method = 'GET', url: target = '/' } = incoming
  try {
    const url = target.startsWith('/') ? baseUrl + target : new URL(target, baseUrl).href
    const headers: [string, string][] = []
    for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
      headers.push([incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? ''])
    }
    const hasBody = body.length > 0 && method !== 'GET' && method !== 'HEAD'
    return new Request(url, { method, headers, ...(hasBody && { body }) })
  } catch {
    return undefined
  }
}

async function write(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, response.statusText, [...response.headers].flat())
  if (response.body === null) {
    outgoing.end()
  } else if (response.headers.has('content-length')) {
    // As a Latin-1 text the bytes stay what they are, and node:http sends head and body in one packet.
    outgoing.end(Buffer.from(await response.arrayBuffer()).toString('latin1'), 'latin1')
  } else {
    // pipeline cancels the response when the other side leaves.
    await pipeline(Readable.fromWeb(response.body), outgoing)
  }
}

function refuse(outgoing: ServerResponse, status: 400 | 404 | 413 | 500): void {
  // What was not read of a body would otherwise be taken for the next request.
  const headers = { 'Content-Type': 'text/plain', ...(status === 413 && { Connection: 'close' }) }
  outgoing.writeHead(status, headers).end(`${status}\n`)
}

function isGone(incoming: IncomingMessage, error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return incoming.destroyed || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE'
}
