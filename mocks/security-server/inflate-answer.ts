import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createInflate } from 'node:zlib'
import { fault } from '../fault/fault.ts'
import type { HttpAnswer } from '../http/http-call.ts'
import { type Body, BodyTooLarge, collectBody, NoRoom, type WholeBody } from '../message/body.ts'
import { firstHeader } from '../message/raw-headers.ts'

const inflaters: Readonly<Record<string, () => ReturnType<typeof createGunzip>>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
}

const marks = ['content-encoding', 'content-length', 'content-md5']

/** The reference's HTTP client inflates what it knows and takes the marks of compression away (AMB-13). */
export async function inflateAnswer(answer: HttpAnswer): Promise<HttpAnswer> {
  const encoding = firstHeader(answer.head.headers, 'content-encoding')?.toLowerCase()
  const inflater = inflaters[encoding ?? '']
  if (inflater === undefined || answer.body.length === 0) return answer
  try {
    const body = await inflate(answer.body, inflater())
    const headers = answer.head.headers.filter(([name]) => !marks.includes(name.toLowerCase()))
    return { head: { ...answer.head, headers }, body }
  } catch (cause) {
    if (cause instanceof BodyTooLarge) throw cause
    if (cause instanceof NoRoom) throw fault('providerIo', { text: cause.message })
    throw fault('providerBodyBroken', { text: 'Not in GZIP format' }, undefined, cause)
  } finally {
    await answer.body.discard()
  }
}

/** What comes out is limited as any body is, so that a small one cannot fill memory or disk. */
async function inflate(body: Body, inflater: ReturnType<typeof createGunzip>): Promise<WholeBody> {
  return pipeline(Readable.from(body.chunks()), inflater, async (inflated: AsyncIterable<Buffer>) => {
    const chunks = inflated[Symbol.asyncIterator]()
    return collectBody(async () => (await chunks.next()).value as Buffer | undefined)
  })
}
