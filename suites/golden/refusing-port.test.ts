import { connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { holdRefusingPort } from './refusing-port.ts'

test('a port that is held refuses connections, and cannot be listened at', async () => {
  const { port, release } = await holdRefusingPort()
  expect(await errorOf(connect(port, '127.0.0.1'))).toBe('ECONNREFUSED')
  expect(await errorOf(createServer().listen(port, '127.0.0.1'))).toBe('EADDRINUSE')
  release()
})

function errorOf(emitter: NodeJS.EventEmitter): Promise<string | undefined> {
  return new Promise((resolve) => {
    emitter.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
    emitter.once('connect', () => resolve(undefined))
    emitter.once('listening', () => resolve(undefined))
  })
}
