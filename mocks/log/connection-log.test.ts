import { expect, test } from 'vitest'
import { connectionLog } from './connection-log.ts'

const facts = { server: 'ss1', listener: 'https' } as const

test('forgets the oldest connections beyond a number', () => {
  const log = connectionLog()
  for (let count = 0; count < 5000; count += 1) log.begin(facts)
  const numbers = log.all().map(({ number }) => number)
  expect(numbers.length).toBeLessThanOrEqual(2000)
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 5001 - numbers.length + index))
})

test('a connection is there from its arrival on, and changes as more becomes known of it', async () => {
  const log = connectionLog()
  const record = log.begin(facts)
  expect(log.all()).toEqual([{ number: record.number, ...facts, receivedBytes: false }])
  const failed = log.waitFor(({ handshake }) => handshake?.kind === 'failed')
  record.note({ handshake: { kind: 'failed', reason: 'closed' } })
  await expect(failed).resolves.toMatchObject({ number: record.number, handshake: { reason: 'closed' } })
  log.clear()
  await expect(log.waitFor(() => true, { timeout: 1 })).rejects.toThrow('no connection matched within 1 ms')
})
