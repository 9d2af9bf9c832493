import { getGlobalDispatcher } from 'undici'
import { nameOf } from '../http/error-name.ts'
import { readBounded } from '../http/read-bounded.ts'

/** GET of an address: its status and whole body; rejects if there is none, or too much of it. */
export type Get = (url: string) => Promise<{ readonly status: number; readonly body: Buffer }>

/** Bytes and milliseconds that one download may take. */
const sizeLimit = 64 * 1024 * 1024
const defaultTimeLimit = 30_000

/** How often in a row an answer may lead elsewhere. */
const redirectLimit = 20

/** `locate` says where an address is reached from here. Redirects are followed, but to no other scheme. */
export function boundedGet(timeLimit = defaultTimeLimit, locate = (url: string) => url): Get {
  return async (url) => {
    const signal = AbortSignal.timeout(timeLimit)
    let address = url
    for (let redirects = 0; redirects < redirectLimit; redirects += 1) {
      const {
        statusCode: status,
        headers,
        body,
      } = await getGlobalDispatcher().request({ ...requestOf(locate(address)), signal })
      const bytes = await readBounded(body, sizeLimit, url)
      const next = redirectOf(status, String(headers.location ?? ''), address)
      if (next === undefined) return { status, body: bytes }
      address = next
    }
    throw new Error(`${url} leads elsewhere more than ${redirectLimit} times`)
  }
}

/** Asks for the path as it is written: what dots in it mean is for the server to say. */
function requestOf(address: string) {
  const [written = ''] = address.split('#')
  const path = written.replace(/^[^:]+:\/\/[^/?]*/, '')
  return { origin: new URL(address).origin, path: path.startsWith('/') ? path : `/${path}`, method: 'GET' as const }
}

/** Where an answer leads, if it does, as Java's client of HTTP sees it. */
function redirectOf(status: number, location: string, address: string): string | undefined {
  if (location === '' || status < 300 || status > 307 || status === 304 || status === 306) return undefined
  const next = URL.parse(location, address)
  return next?.protocol === new URL(address).protocol ? next.href : undefined
}

/** The XML of an anchor; rejects with an Error that says in a sentence what is wrong with the address. */
export async function getAnchor(url: string): Promise<string> {
  const { status, body } = await boundedGet()(url).catch((error: Error) => {
    throw new Error(`${url} does not answer (${nameOf(error)})`, { cause: error })
  })
  if (status !== 200) throw new Error(`${url} answers with status ${status}`)
  return body.toString('utf8')
}
