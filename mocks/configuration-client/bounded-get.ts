import { request } from 'undici'
import { nameOf } from '../http/error-name.ts'
import { readBounded } from '../http/read-bounded.ts'

/** GET of an address: its status and whole body; rejects if there is none, or too much of it. */
export type Get = (url: string) => Promise<{ readonly status: number; readonly body: Buffer }>

/** Bytes and milliseconds that one download may take. */
const sizeLimit = 64 * 1024 * 1024
const defaultTimeLimit = 30_000

/** `locate` says where an address is reached from here. */
export function boundedGet(timeLimit = defaultTimeLimit, locate = (url: string) => url): Get {
  return async (url) => {
    const { statusCode, body } = await request(locate(url), { signal: AbortSignal.timeout(timeLimit) })
    return { status: statusCode, body: await readBounded(body, sizeLimit, url) }
  }
}

/** The XML of an anchor; rejects with an Error that says in a sentence what is wrong with the address. */
export async function getAnchor(url: string): Promise<string> {
  const { status, body } = await boundedGet()(url).catch((error: Error) => {
    throw new Error(`${url} does not answer (${nameOf(error)})`, { cause: error })
  })
  if (status !== 200) throw new Error(`${url} answers with status ${status}`)
  return body.toString('utf8')
}
