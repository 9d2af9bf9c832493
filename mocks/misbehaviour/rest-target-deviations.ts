import { fault } from '../fault/fault.ts'
import type { Decisions } from '../security-server/decisions.ts'
import type { Deviation, Deviations } from './deviation.ts'

/** Misbehaviours in reading the request line of REST messages, and in what of it reaches the provider. */
export const restTargetDeviations: Deviations = {
  'ignore-rest-version': (faithful) => ({
    isRest: (target) => faithful.isRest(target) || /^\/(?:r\d+\/)?(?:[^/?]+\/){4}[^/?]/i.test(target),
    parseRestRequest: (method, target, ...rest) =>
      faithful.parseRestRequest(method, target.replace(/^\/(?:r\d+\/)?/i, '/r1/'), ...rest),
  }),
  'limit-targets': (faithful) => ({
    parseRestRequest(method, target, ...rest) {
      if (target.length > 1000) throw fault('requestUriInvalid')
      return faithful.parseRestRequest(method, target, ...rest)
    },
  }),
  'keep-identifiers-encoded': (faithful) => ({
    parseRestRequest: (method, target, ...rest) =>
      faithful.parseRestRequest(method, target.replaceAll('%2F', '%252F'), ...rest),
  }),
  'decode-whole-target': (faithful) => ({
    parseRestRequest: (method, target, ...rest) =>
      faithful.parseRestRequest(method, target.replaceAll('%2F', '/'), ...rest),
  }),
  'repair-targets': (faithful) => ({
    screenRequest: (head, ...rest) => faithful.screenRequest({ ...head, target: repair(head.target) }, ...rest),
  }),
  'any-service-of-provider': (faithful) => ({
    findRestService: (provider, id) =>
      provider.services.find(({ description }) => description.type !== 'WSDL') ??
      faithful.findRestService(provider, id),
  }),
  'drop-service-path': () => ({ joinPath: (address) => address }),
  'append-slash': (faithful) => ({
    joinPath: (address, path) => faithful.joinPath(address, path === '' ? '/' : path),
  }),
  'join-without-slash': () => ({ joinPath: (address, path) => address.replace(/\/$/, '') + path.replace(/^\//, '') }),
  'path-chooses-host': (faithful) => ({
    joinPath(address, path) {
      const host = /^\/(?:@|http:%2F%2F)([a-z.]+)/.exec(path)?.[1]
      return host === undefined ? faithful.joinPath(address, path) : `http://${host}/`
    },
  }),
  'decode-service-path': calledUrl((url) =>
    url.replace(/%([0-9a-f]{2})(?=[^?]*(?:\?|$))/gi, (_, digits: string) => {
      return String.fromCharCode(Number.parseInt(digits, 16))
    }),
  ),
  'respell-escapes': calledUrl((url) => url.replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase())),
  'drop-query': calledUrl((url) => url.replace(/\?.*/, '')),
  'sort-query': calledUrl((url) => withQuery(url, (query) => query.split('&').sort().join('&'))),
  'rewrite-query': calledUrl((url) => withQuery(url, (query) => new URLSearchParams(query).toString())),
}

function calledUrl(change: (url: string) => string): Deviation {
  return (faithful: Decisions) => ({
    callRestProvider: (caller, request) => faithful.callRestProvider(caller, { ...request, url: change(request.url) }),
  })
}

function withQuery(url: string, change: (query: string) => string): string {
  const mark = url.indexOf('?')
  if (mark < 0) return url
  const query = change(url.slice(mark + 1))
  return url.slice(0, mark) + (query === '' ? '' : `?${query}`)
}

/** What a well-meaning proxy makes of a path that is to be refused. */
function repair(target: string): string {
  return target
    .replace(/\/(?:%2e|\.)*%2e(?=[/?]|$)|\/\.\.;(?=\/)|(?:\.\.)?%5c/gi, '')
    .replace(/%(?![0-9a-f]{2})/gi, '')
    .replace(/\/{2,}/g, '/')
}
