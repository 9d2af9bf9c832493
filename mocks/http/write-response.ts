import type { Socket } from 'node:net'
import type { RawHeader } from '../../fixtures/exchange.ts'
import type { Body } from '../message/body.ts'
import { chunkOf, inChunks, lastChunk } from './chunk.ts'
import { dateHeader } from './date-header.ts'
import { reasonPhrase } from './reason-phrase.ts'
import type { RequestHead } from './request-head.ts'

/** The peer went away; nothing is owed to it and nothing is wrong here. */
export class PeerGone extends Error {
  override readonly name = 'PeerGone'
}

/** An answer before the engine adds date, framing and connection. */
export interface HttpResponse {
  readonly status: number
  /** The words behind the status; those of the engine by default. */
  readonly reason?: string
  readonly headers: readonly RawHeader[]
  readonly body: Body
  /** `chunked` unless the length is to be announced. */
  readonly framing: 'chunked' | 'length'
  /** Close the connection after this answer, without announcing it. */
  readonly close?: boolean
  /** A date of its own among the headers makes the engine add none. */
  readonly ownDate?: boolean
}

/**
 * Writes an answer; `last` closes the connection after it. Rejects with PeerGone if the peer goes, or takes no byte for
 * `timeout` milliseconds.
 */
export async function writeResponse(
  socket: Socket,
  head: RequestHead,
  response: HttpResponse,
  { last, timeout }: { readonly last: boolean; readonly timeout: number },
): Promise<void> {
  const write = (bytes: Buffer) => writeBytes(socket, bytes, timeout)
  const { body, status } = response
  const bodiless = head.method === 'HEAD' || status === 204 || status === 304
  const headers = response.ownDate === true ? [...response.headers] : [dateHeader(), ...response.headers]
  const framing = decideFraming(head, response, last)
  if (framing === 'length') headers.push(['Content-Length', String(bodiless ? 0 : body.length)])
  if (framing === 'chunked') headers.push(['Transfer-Encoding', 'chunked'])
  const isExpected = head.version === '1.0' || response.close === true
  if (last && !isExpected) headers.push(['Connection', 'close'])
  if (!last && head.version === '1.0') headers.push(['Connection', 'keep-alive'])
  const start = formatHead(status, headers, response.reason)
  if (bodiless) return write(start)
  if (body.bytes !== undefined) {
    return write(Buffer.concat([start, ...(framing === 'chunked' ? inChunks(body.bytes) : [body.bytes])]))
  }
  await write(start)
  for await (const chunk of body.chunks()) {
    await write(framing === 'chunked' ? Buffer.concat(chunkOf(chunk)) : chunk)
  }
  if (framing === 'chunked') await write(lastChunk)
}

function decideFraming(
  head: RequestHead,
  response: HttpResponse,
  last: boolean,
): 'length' | 'chunked' | 'close' | 'none' {
  const { status, body, framing } = response
  if (status === 204) return 'none'
  if (framing === 'length' || body.length === 0 || status === 304 || status === 205) return 'length'
  if (head.version === '1.0') return 'close'
  return last && response.close !== true ? 'close' : 'chunked'
}

/** Status line and header fields, in Latin-1. No value can end its line, whoever wrote it. */
export function formatHead(
  status: number,
  headers: readonly RawHeader[],
  reason: string = reasonPhrase(status),
): Buffer {
  let text = `HTTP/1.1 ${status} ${reason.replace(unwritable, ' ')}\r\n`
  for (const [name, value] of headers) text += `${name.replace(unwritable, '?')}: ${value.replace(unwritable, ' ')}\r\n`
  return Buffer.from(`${text}\r\n`, 'latin1')
}

const unwritable = /[\r\n\0]|[^\x00-\xff]/g

/** Resolves when more can be written; rejects with PeerGone if the peer goes, or takes nothing for the time (milliseconds). */
export async function writeBytes(socket: Socket, bytes: Buffer, timeout: number): Promise<void> {
  if (socket.destroyed) throw new PeerGone('the peer closed the connection')
  if (socket.write(bytes)) return
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: Error) => {
      socket.setTimeout(0)
      socket.off('timeout', stalled)
      socket.off('drain', settle)
      socket.off('close', closed)
      error === undefined ? resolve() : reject(error)
    }
    const closed = () => settle(new PeerGone('the peer closed the connection'))
    const stalled = () => settle(new PeerGone(`the peer takes no bytes for ${timeout} ms`))
    socket.setTimeout(timeout)
    socket.once('timeout', stalled)
    socket.once('drain', settle)
    socket.once('close', closed)
  })
}
