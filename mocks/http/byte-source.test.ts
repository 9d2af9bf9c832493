import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { byteSource } from './byte-source.ts'

test('makes the peer wait beyond a bound, and takes more once bytes are read', async () => {
  const stream = new PassThrough()
  const source = byteSource(stream)
  const chunk = Buffer.alloc(64 * 1024)
  for (let sent = 0; sent < 16; sent += 1) stream.write(chunk)
  await new Promise(setImmediate)
  expect(stream.isPaused()).toBe(true)
  let read = 0
  stream.end()
  for (let bytes = await source.read(1000); bytes !== undefined; bytes = await source.read(1000)) read += bytes.length
  expect(read).toBe(16 * chunk.length)
})

test('gives bytes that came before a failure, then the failure', async () => {
  const stream = new PassThrough()
  const source = byteSource(stream)
  stream.write('last words')
  await new Promise(setImmediate)
  stream.destroy(new Error('reset'))
  await new Promise(setImmediate)
  expect((await source.read(1000))?.toString()).toBe('last words')
  await expect(source.read(1000)).rejects.toThrow('reset')
})
