import { getGlobalDispatcher } from 'undici'

export interface Download {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

export interface DownloadLimits {
  /** Bytes of a body. */
  readonly size?: number
  /** Milliseconds from the request to the last byte. */
  readonly time?: number
}

/** A body was larger than its limit. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

/** GET, or another method, without following redirects. Rejects when nobody answers in time, or with TooLarge. */
export async function download(
  url: string,
  { size = 64 * 1024 * 1024, time = 30_000 }: DownloadLimits = {},
  method: 'GET' | 'POST' = 'GET',
): Promise<Download> {
  const signal = AbortSignal.timeout(time)
  const { origin } = new URL(url)
  // Not from the parsed address, in which dots lead to other folders.
  const [, path = ''] = /^\w+:\/\/[^/?#]*([^#]*)/.exec(url) ?? []
  const limits = { signal, headersTimeout: time, bodyTimeout: time }
  const { statusCode, headers, body } = await getGlobalDispatcher().request({
    origin,
    path: path.startsWith('/') ? path : `/${path}`,
    method,
    ...limits,
  })
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > size) throw new TooLarge(`${url} answers with more than ${size} bytes`)
    chunks.push(chunk)
  }
  return { status: statusCode, headers, body: Buffer.concat(chunks) }
}
