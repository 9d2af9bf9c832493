import { expect, test } from 'vitest'
import { bodyOf } from '../message/body.ts'
import { exchangeLog, recordBody } from './exchange-log.ts'

test('forgets the oldest exchanges beyond a number', () => {
  const log = exchangeLog()
  for (let count = 0; count < 5000; count += 1) record(log, 'a')
  const numbers = log.all().map(({ number }) => number)
  expect(numbers.length).toBeLessThanOrEqual(2000)
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 5001 - numbers.length + index))
  expect(log.forgotten()).toBe(5000 - numbers.length)
})

test('remembers as many exchanges as it is told to', () => {
  const log = exchangeLog(5000)
  for (let count = 0; count < 5000; count += 1) record(log, 'a')
  expect(log.all()).toHaveLength(5000)
  expect(log.forgotten()).toBe(0)
})

test('forgets the oldest exchanges beyond a size, and keeps the beginning of a large body only', () => {
  const log = exchangeLog()
  const body = Buffer.alloc(1024 * 1024, 'x')
  for (let count = 0; count < 1000; count += 1) record(log, 'a', body)
  const sizes = log.all().map(({ request }) => request.body.base64.length)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(32 * 1024 * 1024)
  expect(log.all().at(-1)?.request.body).toEqual({
    length: body.length,
    base64: body.subarray(0, 64 * 1024).toString('base64'),
  })
})

test('waits for an exchange that was seen, or comes, or does not', async () => {
  const log = exchangeLog()
  record(log, '/seen')
  await expect(log.waitFor(({ request }) => request.target === '/seen')).resolves.toMatchObject({ number: 1 })
  const coming = log.waitFor(({ request }) => request.target === '/coming')
  record(log, '/other')
  record(log, '/coming')
  await expect(coming).resolves.toMatchObject({ number: 3 })
  await expect(log.waitFor(() => false, { timeout: 1 })).rejects.toThrow(
    'no exchange matched within 1 ms; 3 others were seen',
  )
  log.clear()
  expect(log.all()).toEqual([])
})

function record(log: ReturnType<typeof exchangeLog>, target: string, body = Buffer.alloc(0)): void {
  const request = { method: 'GET', target, headers: [], body: recordBody(bodyOf(body)) }
  log.finish(log.begin({ connection: 1, server: 'ss1', listener: 'http', protocol: 'rest', request }))
}
