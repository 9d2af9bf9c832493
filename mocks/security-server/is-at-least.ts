const { compare } = new Intl.Collator('en', { numeric: true })

/** Whether a version is not older than another; both of numbers between dots, `7.10.0`. */
export function isAtLeast(version: string, minimum: string): boolean {
  return compare(version, minimum) >= 0
}
