import type { Exchange } from '../../fixtures/exchange.ts'
import { headerValues } from '../observe/response.ts'

/** The segments of the path that name the service, as they were sent; fewer than five if the client left some out. */
export function serviceSegments(call: Exchange): readonly string[] {
  const [, named = ''] = /^\/r1\/(.*)$/s.exec(pathOf(call)) ?? []
  return named.split('/').slice(0, 5)
}

/** What follows the name of the service: `/a/b`, empty if nothing does. */
export function servicePath(call: Exchange): string {
  return pathOf(call)
    .split('/')
    .slice(7)
    .map((part) => `/${part}`)
    .join('')
}

/** The path as it was sent. */
export function pathOf({ request }: Exchange): string {
  return request.target.replace(/[?#].*$/s, '')
}

/** What follows the question mark, as it was sent; undefined without one. */
export function queryOf({ request }: Exchange): string | undefined {
  return /^[^?#]*\?([^#]*)/s.exec(request.target)?.[1]
}

/** The whole address that was called. */
export function uriOf({ listener, request }: Exchange): string {
  return `${listener}://${headerValues(request, 'host')[0] ?? ''}${request.target}`
}
