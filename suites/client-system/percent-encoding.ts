const segment = /^(?:[\w.~!$&'()*+,;=:@-]|%[\dA-F]{2})*$/i
const query = /^(?:[\w.~!$&'()*+,;=:@/?-]|%[\dA-F]{2})*$/i

/** Whether the text may stand between two slashes of a path as it is (RFC 3986, 3.3), and is UTF-8 once decoded. */
export function isEncodedSegment(text: string): boolean {
  if (!segment.test(text)) return false
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** Whether the text may follow the question mark as it is (RFC 3986, 3.4). */
export function isEncodedQuery(text: string): boolean {
  return query.test(text)
}
