import { expect, test, vi } from 'vitest'
import { unlessAborted } from './unless-aborted.ts'

const reason = new Error('enough')

test('what the work gives, or fails with, comes through', async () => {
  const { signal } = new AbortController()
  await expect(unlessAborted(async () => 1, signal)).resolves.toBe(1)
  await expect(unlessAborted(() => Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken')
})

test('work that never ends is left when the signal aborts', async () => {
  const interruption = new AbortController()
  const waiting = unlessAborted(() => new Promise(() => {}), interruption.signal)
  interruption.abort(reason)
  await expect(waiting).rejects.toBe(reason)
})

test('work is not begun once the signal has aborted', async () => {
  const work = vi.fn(() => Promise.resolve())
  await expect(unlessAborted(work, AbortSignal.abort(reason))).rejects.toBe(reason)
  expect(work).not.toHaveBeenCalled()
})
