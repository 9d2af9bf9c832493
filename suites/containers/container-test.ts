import { inject, test } from 'vitest'

/** Ends a test that this machine cannot run: it is skipped with the reason, or fails where nothing may be left out. */
export type LeaveOut = (reason: string) => never

/** A test that starts containers; left out with the reason where that is not possible. */
export function containerTest(name: string, body: (leaveOut: LeaveOut) => Promise<void>, timeout?: number): void {
  test(name, { ...(timeout !== undefined && { timeout }) }, async ({ skip }) => {
    const leaveOut: LeaveOut = (reason) => {
      if (process.env['ROADWORTHY_REQUIRE_CONTAINERS']) throw new Error(reason)
      return skip(reason)
    }
    const reason = inject('noContainers')
    if (reason !== undefined) leaveOut(reason)
    await body(leaveOut)
  })
}
