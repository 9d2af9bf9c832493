/**
 * The address that a Content-location stands for in a directory, as java.net.URI puts them together: a path from the root
 * stays as it is written, dots and all, and dots that would lead above the root stay in any.
 */
export function partLocation(location: string, directory: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) return location
  const [origin = ''] = /^[^:]+:\/\/[^/?#]*/.exec(directory) ?? []
  if (location.startsWith('//')) return `${origin.slice(0, origin.indexOf('//'))}${location}`
  if (location.startsWith('#')) return `${directory.split('#')[0]}${location}`
  if (location.startsWith('/')) return origin + location
  const [, path = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(location) ?? []
  const [folder = '/'] = /^\/(?:[^?#]*\/)?/.exec(directory.slice(origin.length)) ?? []
  return origin + withoutDots(folder + path) + rest
}

/** Of a path that begins with a slash. */
function withoutDots(path: string): string {
  const kept: string[] = []
  const segments = path.split('/').filter((segment) => segment !== '')
  for (const segment of segments) {
    if (segment === '.') continue
    if (segment === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else kept.push(segment)
  }
  const isFolder = /\/\.{0,2}$/.test(path) && kept.length > 0 && kept.at(-1) !== '..'
  return `/${kept.join('/')}${isFolder ? '/' : ''}`
}
