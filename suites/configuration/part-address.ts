/**
 * Where a security server looks for a part: it resolves a Content-location by the older rules of RFC 2396, and so asks for
 * dots that stand in a path from the root, or lead above it.
 */
export function partAddress(location: string, directory: string): string {
  const { protocol, host, pathname } = new URL(directory)
  if (/^\w[\w+.-]*:/.test(location)) return location
  if (location.startsWith('//')) return protocol + location
  if (location.startsWith('/')) return `${protocol}//${host}${location}`
  if (location.startsWith('#')) return directory
  const end = location.search(/[?#]|$/)
  const path = pathname.slice(0, pathname.lastIndexOf('/') + 1) + location.slice(0, end)
  return `${protocol}//${host}${collapse(path.replace(/\/{2,}/g, '/').replace(/\/(\.(\/|$))+/g, '/'))}${location.slice(end)}`
}

/** Takes folders away that dots lead out of again. */
function collapse(path: string): string {
  const kept: string[] = []
  const [, ...segments] = path.split('/')
  for (const [index, segment] of segments.entries()) {
    if (segment !== '..' || (kept.at(-1) ?? '..') === '..') kept.push(segment)
    else kept.splice(-1, 1, ...(index === segments.length - 1 ? [''] : []))
  }
  return `/${kept.join('/')}`
}
