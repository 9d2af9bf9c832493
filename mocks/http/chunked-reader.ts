import type { RawHeader } from '../../fixtures/exchange.ts'
import { BodyError } from './body-error.ts'
import type { BodyReader } from './body-framing.ts'
import { type ByteSource, readAtMost } from './byte-source.ts'
import { parseHeaderLines, ResponseError, trimBlanks } from './header-lines.ts'

const lineLimit = 8192

/**
 * Reads a chunked body. That of a request is read strictly, as by the engine of a security server; that of an answer
 * as its HTTP client reads: sizes may have a sign, the last line may lack its end, and a trailer must be a header.
 */
export function chunkedReader(source: ByteSource, of: 'request' | 'answer', timeout: number): BodyReader {
  let missing = 0
  let size = 0
  let first = true
  let done = false
  const trailers: RawHeader[] = []

  async function readLine(): Promise<string | undefined> {
    const parts: Buffer[] = []
    for (let total = 0; total <= lineLimit; ) {
      const chunk = await source.read(timeout)
      if (chunk === undefined) return of === 'answer' && total > 0 ? lineOf(parts) : undefined
      const end = chunk.indexOf(0x0a)
      parts.push(end < 0 ? chunk : chunk.subarray(0, end))
      total += chunk.length
      if (end >= 0) {
        source.unread(chunk.subarray(end + 1))
        return lineOf(parts)
      }
    }
    throw new BodyError('trailer-too-large')
  }

  async function startChunk(): Promise<void> {
    // The engine passes over what ends a chunk as over any blank line, and misses none.
    if (!first && of === 'answer') await endChunk()
    first = false
    let line = await readLine()
    // A thousand blank lines are enough.
    for (let blank = 0; of === 'request' && line === '' && blank < 1000; blank++) line = await readLine()
    if (line === undefined) throw new BodyError('last-chunk-missing')
    size = chunkSize(trimBlanks(line.split(';', 1)[0] as string), of)
    missing = size
    if (size === 0) await readTrailers()
  }

  async function endChunk(): Promise<void> {
    const line = await readLine()
    if (line === undefined) throw new BodyError('chunk-end-missing')
    if (line !== '') throw new BodyError('chunk-end-overrun')
  }

  async function readTrailers(): Promise<void> {
    done = true
    const lines: string[] = []
    for (let total = 0; ; ) {
      const line = await readLine()
      if (line === undefined || line === '') break
      lines.push(line)
      total += line.length
      if (total > lineLimit) throw new BodyError('trailer-too-large')
    }
    trailers.push(...(of === 'answer' ? answerTrailers(lines) : requestTrailers(lines)))
  }

  return {
    trailers,
    get done() {
      return done
    },
    async read() {
      if (done) return undefined
      if (missing === 0) await startChunk()
      if (done) return undefined
      const chunk = await readAtMost(source, missing, timeout)
      if (chunk === undefined) throw new BodyError('chunk-cut-short', { expected: size, received: size - missing })
      missing -= chunk.length
      return chunk
    },
  }
}

function lineOf(parts: readonly Buffer[]): string {
  return Buffer.concat(parts).toString('latin1').replace(/\r$/, '')
}

function chunkSize(text: string, of: 'request' | 'answer'): number {
  if (of === 'answer' && /^-0*[1-9a-fA-F][0-9a-fA-F]{0,11}$/.test(text)) throw new BodyError('negative-chunk-size')
  const form = of === 'answer' ? /^[+-]?0*[0-9a-fA-F]{1,12}$/ : /^[0-9a-fA-F]{1,12}$/
  if (!form.test(text)) throw new BodyError('bad-chunk-size', { found: text })
  return Number.parseInt(text, 16)
}

function requestTrailers(lines: readonly string[]): RawHeader[] {
  return lines.flatMap((line) => {
    const colon = line.indexOf(':')
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).trim()] as const] : []
  })
}

function answerTrailers(lines: readonly string[]): RawHeader[] {
  try {
    return parseHeaderLines(lines)
  } catch (error) {
    if (error instanceof ResponseError) throw new BodyError('bad-trailer', { found: error.message })
    throw error
  }
}
