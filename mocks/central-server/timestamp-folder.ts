/** Names the folder of a generation: the time in UTC with nanoseconds, and always another one than the last. */
export function timestampFolder(at: number, last: string | undefined): string {
  const digits = new Date(at).toISOString().replace(/\D/g, '')
  const name = `${digits}000000`
  return last === undefined || name > last ? name : String(BigInt(last) + 1n)
}
