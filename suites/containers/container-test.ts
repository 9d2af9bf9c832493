import { inject, test } from 'vitest'

/** A test that starts containers; skipped with the reason where that is not possible. */
export function containerTest(name: string, body: () => Promise<void>, timeout?: number): void {
  test(name, { ...(timeout !== undefined && { timeout }) }, async ({ skip }) => {
    const reason = inject('noContainers')
    if (reason !== undefined) skip(reason)
    await body()
  })
}
