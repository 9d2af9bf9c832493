import { connect, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { findProfile } from '../../fixtures/profiles.ts'
import { type RunningListener, startListener } from '../listener/listener.ts'
import { bodyOf, collectBody, emptyBody } from '../message/body.ts'
import { type HttpHandler, serveConnection } from './serve-connection.ts'

const get = 'GET /a HTTP/1.1\r\nHost: h\r\n\r\n'
const postOf = (length: number) => `POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n\r\n`

/** Answers with the target and the body; `/early` without reading its body. */
const echo: HttpHandler = async ({ target, body }) => {
  const received = target === '/early' ? emptyBody : await collectBody(() => body.read())
  return answer(bodyOf(Buffer.concat([Buffer.from(`<${target}>`), await received.read()])))
}

describe('a connection', () => {
  test('serves requests that arrive together, one after the other', async () => {
    await using server = await serve(echo)
    const count = 10_000
    const text = await server.exchange(`${get.repeat(count - 1)}${get.replace('Host', 'Connection: close\r\nHost')}`)
    expect(text.match(/<\/a>/g)).toHaveLength(count)
  })

  test('is answered although the caller has closed his side', async () => {
    await using server = await serve(echo)
    expect(await server.exchange(`${postOf(2)}hi`, 'end')).toContain('</a>hi')
  })

  test('ends without an answer where a head is cut short', async () => {
    await using server = await serve(echo)
    expect(await server.exchange('GET /a HTTP/1.1\r\nHost', 'end')).toBe('')
  })

  test('ends when nothing comes, though the caller never closes it', async () => {
    await using server = await serve(echo, 20)
    const socket = await server.open({ allowHalfOpen: true })
    // Both ways are closed, or nothing would ever end a connection that only the caller keeps.
    socket.resume()
    await new Promise((resolve) => socket.once('end', resolve))
    await server.nobodyConnected()
    socket.destroy()
  })

  test('ends after a refusal, though the caller goes on sending', async () => {
    await using server = await serve(echo, 50)
    const socket = await server.open({ allowHalfOpen: true })
    const dripping = setInterval(() => socket.write('x'), 10)
    socket.write('nonsense\r\n')
    socket.resume()
    await server.nobodyConnected()
    clearInterval(dripping)
    socket.destroy()
  })

  test('ends when the caller takes no more of an answer', async () => {
    const large = bodyOf(Buffer.alloc(64 * 1024 * 1024))
    await using server = await serve(async () => answer(large), 50)
    const socket = await server.open()
    socket.pause()
    socket.write(get)
    await server.nobodyConnected()
    socket.destroy()
  })

  test('reads no further ahead than a bound while the caller takes no answers', async () => {
    const large = bodyOf(Buffer.alloc(1024 * 1024))
    let served = 0
    await using server = await serve(async () => {
      served += 1
      return answer(large)
    }, 300)
    const socket = await server.open()
    socket.pause()
    socket.write(get.repeat(200_000))
    await server.nobodyConnected()
    expect(served).toBeLessThan(100)
    socket.destroy()
  })
})

describe('a body', () => {
  test('that was not read is drained, so that the next request is understood', async () => {
    await using server = await serve(echo)
    const early = `${postOf(5).replace('/a', '/early')}hello`
    expect(await server.exchange(early + get, 'end')).toMatch(/<\/early>.*<\/a>/s)
  })

  test('that is broken ends the connection: what is behind it is no request', async () => {
    await using server = await serve(async ({ body }) => {
      await collectBody(() => body.read()).catch(() => {})
      return answer(bodyOf(Buffer.from('broken')))
    })
    const chunked = 'POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n'
    for (const body of ['zz\r\n\r\n0\r\n\r\n', `0\r\n${'X: y\r\n'.repeat(3000)}\r\n`, '1\r\nabc\r\n0\r\n\r\n']) {
      const text = await server.exchange(chunked + body + get, 'end')
      expect(text.match(/HTTP\/1.1 200/g)).toHaveLength(1)
      expect(text).toMatch(/Connection: close/)
    }
  })

  test('that stalls is waited for once', async () => {
    await using server = await serve(async ({ body }) => {
      await collectBody(() => body.read()).catch(() => {})
      return answer(bodyOf(Buffer.from('stalled')))
    }, 200)
    const started = performance.now()
    expect(await server.exchange(postOf(5))).toContain('stalled')
    expect(performance.now() - started).toBeLessThan(390)
  })
})

test('no header value ends its line', async () => {
  await using server = await serve(async () => ({
    ...answer(emptyBody),
    headers: [['X', 'a\r\nSet-Cookie: b\u010aC: d\0']],
  }))
  expect(await server.exchange(get, 'end')).toContain('\r\nX: a  Set-Cookie: b C: d \r\n')
})

test("a mistake of one's own is reported, even where Node gives it a code; a lost connection is not", async () => {
  const lost = Object.assign(new Error('reset'), { code: 'ECONNRESET' })
  for (const [handler, count] of [
    [async () => Promise.reject(new Error('mistake')), 1],
    [async () => answer(bodyOf('no bytes' as never)), 1],
    [async () => Promise.reject(lost), 0],
  ] as const) {
    await using server = await serve(handler)
    await server.exchange(get, 'end')
    expect(server.defects).toHaveLength(count)
  }
})

function answer(body: ReturnType<typeof bodyOf>) {
  return { status: 200, headers: [], body, framing: 'length' } as const
}

async function serve(handler: HttpHandler, idle = 5000) {
  const rules = findProfile('7.8')?.engine
  if (rules === undefined) throw new Error('no profile 7.8')
  const defects: Error[] = []
  const served: Promise<void>[] = []
  const listener: RunningListener = await startListener({
    host: '127.0.0.1',
    port: 0,
    purpose: 'the listener of this test',
    receive: () => ({
      onConnection: (socket) => {
        served.push(serveConnection(socket, handler, { ...rules, idle, onDefect: (error) => defects.push(error) }))
        served.push(new Promise((resolve) => socket.once('close', () => resolve())))
      },
    }),
  })
  const open = (options: { allowHalfOpen?: boolean } = {}) =>
    new Promise<Socket>((resolve) => {
      const socket = connect({ port: listener.port, host: '127.0.0.1', ...options }, () => resolve(socket))
      socket.on('error', () => socket.destroy())
    })
  return {
    defects,
    open,
    nobodyConnected: () => Promise.all(served),
    /** Everything that comes back until the server closes. */
    async exchange(text: string, then?: 'end'): Promise<string> {
      const socket = await open({ allowHalfOpen: true })
      socket.write(text, 'latin1')
      if (then === 'end') socket.end()
      const parts: Buffer[] = []
      for await (const part of socket) parts.push(part as Buffer)
      socket.destroy()
      return Buffer.concat(parts).toString('latin1')
    },
    [Symbol.asyncDispose]: () => listener.stop(),
  }
}
