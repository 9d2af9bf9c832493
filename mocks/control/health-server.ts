import { createServer } from 'node:http'
import { healthPath } from '../../fixtures/container-layout.ts'
import { UsageError } from '../../fixtures/usage-error.ts'

/** Says that what runs here is up, for a process without a control interface. Throws a UsageError if the port is taken. */
export async function startHealthServer({ host, port }: { readonly host: string; readonly port: number }) {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    response.writeHead(request.url === healthPath ? 200 : 404, { 'Content-Type': 'application/json' })
    response.end(request.url === healthPath ? '{"healthy":true}' : '{}')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new UsageError(`nobody can ask for the health on ${host}:${port} (${error.code}); free that port`))
    })
    server.listen(port, host, resolve)
  })
  return {
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
