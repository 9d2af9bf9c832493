import type { TestContext } from 'vitest'

/**
 * Skips a test for want of a tool that others make, and says so; where ROADWORTHY_REQUIRE_TOOLS is set nothing may be left
 * out, and the test fails.
 */
export function skipWithout(tool: string, { skip }: Pick<TestContext, 'skip'>): never {
  const reason = `${tool} is not installed`
  if (process.env['ROADWORTHY_REQUIRE_TOOLS']) throw new Error(`${reason}, and ROADWORTHY_REQUIRE_TOOLS is set`)
  return skip(reason)
}
