import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { fault } from '../fault/fault.ts'
import type { HttpAnswer } from '../http/http-call.ts'
import { bodyOf } from '../message/body.ts'

/** What an inflated answer may grow to, so that a small one cannot fill the memory. */
const inflatedLimit = 256 * 1024 * 1024

const options = { maxOutputLength: inflatedLimit }

const inflaters: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  gzip: (bytes) => promisify(gunzip)(bytes, options),
  'x-gzip': (bytes) => promisify(gunzip)(bytes, options),
  deflate: (bytes) => promisify(inflate)(bytes, options),
}

const marks = ['content-encoding', 'content-length', 'content-md5']

/** The reference's HTTP client inflates what it knows and takes the marks of compression away (AMB-13). */
export async function inflateAnswer(answer: HttpAnswer): Promise<HttpAnswer> {
  const encoding = answer.head.headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1].toLowerCase()
  const inflater = inflaters[encoding ?? '']
  if (inflater === undefined || answer.body.length === 0) return answer
  try {
    const body = bodyOf(await inflater(await answer.body.read()))
    const headers = answer.head.headers.filter(([name]) => !marks.includes(name.toLowerCase()))
    return { head: { ...answer.head, headers }, body }
  } catch (cause) {
    throw fault('providerBodyBroken', { text: 'Not in GZIP format' }, undefined, cause)
  } finally {
    await answer.body.discard()
  }
}
