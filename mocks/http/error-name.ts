/** What an error of a connection is called: `ECONNREFUSED`, or `TimeoutError` where there is no such code. */
export function nameOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : error.name
}
