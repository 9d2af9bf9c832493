import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { healthPath } from '../../fixtures/container-layout.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { listenOn } from '../listener/listen-on.ts'
import { reachableUrlHost } from '../listener/reachable-host.ts'
import type { ControlRoutes } from './control-route.ts'

export interface ControlOptions {
  /** 127.0.0.1 by default. */
  readonly host?: string
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** Every request carries it as `Authorization: Bearer`; made by default. */
  readonly token?: string
}

export interface RunningControlServer {
  readonly url: string
  /** Every request but one for the health carries it; without it a page in a browser could change the server. */
  readonly token: string
  stop(): Promise<void>
}

const bodyLimit = 2 * 1024 * 1024

/**
 * Serves the control interface, on loopback unless told otherwise: these routes, and GET /health and /ready. Throws a
 * UsageError if the port is taken; `onDefect` is told of what a route throws that is no fault of the caller's.
 */
export async function startControlServer(
  routes: ControlRoutes,
  onDefect: (error: Error) => void,
  { host = '127.0.0.1', port: wanted = 0, token = randomBytes(24).toString('base64url') }: ControlOptions = {},
): Promise<RunningControlServer> {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    answer(routes, token, request, response).catch((error: Error) => {
      // Whoever leaves in the middle of a body is no defect, and cannot be told anything.
      if (request.errored !== null) return response.destroy()
      onDefect(error)
      if (response.headersSent) return response.destroy()
      return reply(response, 500, { error: 'a defect of the mock; see its log' })
    })
  })
  const port = await listenOn(server, { host, port: wanted, purpose: 'the control interface' })
  return {
    url: `http://${reachableUrlHost(host)}:${port}`,
    token,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  routes: ControlRoutes,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Whoever watches over a container has no token and learns nothing but that it is up.
  if (request.method === 'GET' && request.url === healthPath) return reply(response, 200, { healthy: true })
  if (!carriesToken(request, token))
    return reply(response, 401, { error: 'write the token of this run in Authorization: Bearer' })
  const url = URL.parse(request.url ?? '/', 'http://control')
  if (url === null) return reply(response, 400, { error: 'the target is no URL' })
  const name = `${request.method} ${url.pathname}`
  if (name === 'GET /ready') return reply(response, 200, { ready: true })
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined
  if (route === undefined) return reply(response, 404, { error: `no ${name} here` })
  try {
    return reply(response, 200, (await route({ query: url.searchParams, body: () => readJson(request) })) ?? {})
  } catch (error) {
    if (error instanceof UsageError) return reply(response, 409, { error: error.message })
    if (error instanceof z.ZodError) return reply(response, 400, { error: z.prettifyError(error) })
    if (error instanceof SyntaxError) return reply(response, 400, { error: `not JSON: ${error.message}` })
    throw error
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  // Before the head, for what is no JSON is a defect to be answered as one.
  const json = JSON.stringify(body)
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(json)
}

function carriesToken(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bodyLimit) throw new UsageError(`a request of the control interface has at most ${bodyLimit} bytes`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
