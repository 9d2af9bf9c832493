import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { firstAnswer, type RecordedAnswer } from './first-answer.ts'
import { hotPathNames, hotPaths } from './hot-path.ts'
import type { StartedMock } from './mock-server.ts'
import { answerParent } from './parent-port.ts'
import { readUsage } from './process-usage.ts'

/** The least that Node can do: an HTTPS server that asks for client certificates and answers the mock's bytes. */
export type BareServer = typeof offers

export interface StartedBare {
  readonly url: string
  /** Milliseconds from the start of the server to the first answer over mutual TLS. */
  readonly milliseconds: number
}

let server: Server | undefined

const offers = {
  usage: readUsage,

  async start({ internal, caller, answers }: StartedMock): Promise<StartedBare> {
    const byTarget = new Map(hotPathNames.map((name) => [hotPaths[name].target, withoutDate(answers[name])]))
    const begin = performance.now()
    server = createServer({
      cert: internal.certificate,
      key: internal.key,
      requestCert: true,
      rejectUnauthorized: false,
    })
    server.on('request', (request, response) => {
      const answer = byTarget.get(request.url ?? '')
      const reply = () => {
        // The mock sends none either, nor does the reference: the connection stays open without it.
        response.removeHeader('Connection')
        response.writeHead(answer?.status ?? 404, answer?.rawHeaders ?? []).end(answer?.body)
      }
      if (request.method === 'GET') reply()
      else request.once('end', reply).resume()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    await firstAnswer(url, hotPaths.rest, caller)
    const milliseconds = performance.now() - begin
    await firstAnswer(url, hotPaths.soap, caller)
    return { url, milliseconds }
  },
}

/** Node writes the date of now by itself, as the mock does. */
function withoutDate({ status, rawHeaders, body }: RecordedAnswer): Omit<RecordedAnswer, 'rawHeaders'> & {
  rawHeaders: string[]
} {
  const isDate = (at: number) => rawHeaders[at - (at % 2)]?.toLowerCase() === 'date'
  return { status, rawHeaders: rawHeaders.filter((_, at) => !isDate(at)), body }
}

answerParent(offers, async () => {
  server?.close()
  server?.closeAllConnections()
})
