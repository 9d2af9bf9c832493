import type { RawHeader } from '../../fixtures/exchange.ts'
import type { Response } from '../observe/answer.ts'
import { createByteStore } from './byte-store.ts'

export type RawAnswer = Omit<Response, 'tls'>

/** Reads the answers on one connection; what has been read of one is not read again when more of it comes. */
export interface RawAnswerReader {
  /** Nothing has come of the next answer. */
  readonly isEmpty: boolean
  /** Bytes that have come, the head of the final answer aside, and belong to no answer yet. */
  readonly waiting: number
  append(piece: Buffer): void
  /** Takes the next final answer; undefined if it is not complete yet. `ended` says that no more will come. */
  take(bodiless: boolean, ended: boolean): RawAnswer | 'malformed' | undefined
}

interface Head {
  readonly status: number
  readonly headers: readonly RawHeader[]
}

interface Body {
  readonly bytes: Buffer
  readonly length: number
}

const empty: Body = { bytes: Buffer.alloc(0), length: 0 }

export function rawAnswerReader(): RawAnswerReader {
  const received = createByteStore()
  let head: Head | undefined
  let chunks = chunkReader()
  /** Bytes of interim answers before the final one. */
  let interim = 0
  /** Where the end of the head is looked for: it is not before. */
  let from = 0

  function readHead(): Head | undefined {
    for (;;) {
      const { bytes } = received
      const end = bytes.indexOf('\r\n\r\n', from)
      if (end < 0) {
        from = Math.max(0, bytes.length - 3)
        return undefined
      }
      const read = parseHead(bytes.toString('latin1', 0, end))
      received.drop(end + 4)
      from = 0
      if (!(read.status >= 100 && read.status < 200)) return read
      interim += end + 4
    }
  }

  function readBody({ status, headers }: Head, bodiless: boolean, ended: boolean): Body | 'malformed' | undefined {
    const { bytes } = received
    const value = (name: string) => headers.find(([field]) => field.toLowerCase() === name)?.[1]
    if (bodiless || status === 204 || status === 304) return empty
    if (value('transfer-encoding')?.toLowerCase().endsWith('chunked')) return chunks.read(bytes)
    const length = value('content-length')
    if (length === undefined) return ended ? { bytes, length: bytes.length } : undefined
    if (!/^\d+$/.test(length)) return 'malformed'
    const expected = Number(length)
    return bytes.length >= expected ? { bytes: bytes.subarray(0, expected), length: expected } : undefined
  }

  return {
    get isEmpty() {
      return head === undefined && received.bytes.length === 0
    },
    get waiting() {
      return received.bytes.length + interim
    },
    append: received.append,
    take(bodiless, ended) {
      head ??= readHead()
      if (head === undefined) return undefined
      const body = readBody(head, bodiless, ended)
      if (body === undefined || body === 'malformed') return body
      const answer = { kind: 'response', ...head, body: body.bytes } as const
      received.drop(body.length)
      head = undefined
      interim = 0
      chunks = chunkReader()
      return answer
    },
  }
}

function parseHead(text: string): Head {
  const [line = '', ...lines] = text.split('\r\n')
  const headers = lines.map((field) => {
    const [name = '', ...value] = field.split(':')
    return [name, value.join(':').trim()] as const
  })
  return { status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1]), headers }
}

/** Reads chunks up to the last one, from where it stopped the last time; a trailer is not expected. */
function chunkReader(): { read(bytes: Buffer): Body | 'malformed' | undefined } {
  const places: (readonly [start: number, end: number])[] = []
  let at = 0
  /** Where the end of the line with the next size is looked for. */
  let from = 0
  return {
    read(bytes) {
      for (;;) {
        const lineEnd = bytes.indexOf('\r\n', from)
        if (lineEnd < 0) {
          from = Math.max(at, bytes.length - 1)
          return undefined
        }
        from = lineEnd
        const [digits] = /^[0-9a-f]+/i.exec(bytes.toString('latin1', at, Math.min(lineEnd, at + 100))) ?? []
        if (digits === undefined) return 'malformed'
        const size = Number.parseInt(digits, 16)
        const next = lineEnd + 2 + size + 2
        if (bytes.length < next) return undefined
        if (size === 0) {
          return { bytes: Buffer.concat(places.map(([start, end]) => bytes.subarray(start, end))), length: next }
        }
        places.push([lineEnd + 2, next - 2])
        at = next
        from = next
      }
    },
  }
}
