/** Whether an error says that an expectation was not met, as every error of `expect` does; anything else is a defect. */
export function isUnmetExpectation(error: unknown): boolean {
  return error instanceof Error && 'actual' in error && 'expected' in error
}
