import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientId, formatPath, parseClientPath } from '../../fixtures/identifiers.ts'
import type { AccessSubject, Endpoint } from '../../fixtures/topology.ts'
import { authorise, matchesEndpoint, matchesPath } from './authorise.ts'
import type { ConfiguredClient, Right } from './server-configuration.ts'

const subsystem = clientId('FI', 'GOV', '1', 'A')
const member = clientId('FI', 'GOV', '1')
const get = { method: 'GET', path: '/a' }

describe('who has a right', () => {
  test.for<[AccessSubject, boolean]>([
    [{ client: 'FI/GOV/1/A' }, true],
    [{ client: 'FI/GOV/1/a' }, false],
    [{ client: 'FI/GOV/1/B' }, false],
    // The right of a member is none of its subsystems', nor the other way round.
    [{ client: 'FI/GOV/1' }, false],
    [{ localGroup: 'mine' }, true],
    [{ localGroup: 'Mine' }, false],
    [{ localGroup: 'cities' }, false],
    [{ globalGroup: 'cities' }, true],
    [{ globalGroup: 'mine' }, false],
    [{ globalGroup: 'nobody' }, false],
  ])('%j: %s', ([subject, expected]) => {
    expect(ask([{ subject, endpoints: undefined }])).toBe(expected)
  })

  test('a member has the rights that are its own', () => {
    const rights = [{ subject: { client: 'FI/GOV/1' }, endpoints: undefined }]
    expect(ask(rights, { client: member })).toBe(true)
    expect(ask([{ subject: { client: 'FI/GOV/1/A' }, endpoints: undefined }], { client: member })).toBe(false)
  })

  test('an owner has none of itself', () => {
    expect(ask([], { client: clientId('FI', 'GOV', '1', 'Provider') })).toBe(false)
  })
})

describe('what a right covers', () => {
  const endpoints: Endpoint[] = [{ method: 'GET', path: '/a' }]
  const subject = { client: formatPath(subsystem) }

  test('a right to the service: everything, SOAP as well', () => {
    const rights = [{ subject, endpoints: undefined }]
    expect(ask(rights)).toBe(true)
    expect(ask(rights, { request: undefined })).toBe(true)
  })

  test('a right to endpoints: those, and nothing of SOAP', () => {
    const rights = [{ subject, endpoints }]
    expect(ask(rights)).toBe(true)
    expect(ask(rights, { request: { method: 'get', path: '/a' } })).toBe(true)
    expect(ask(rights, { request: { method: 'POST', path: '/a' } })).toBe(false)
    expect(ask(rights, { request: undefined })).toBe(false)
  })

  test('no right covers a path that cannot be judged', () => {
    expect(ask([{ subject, endpoints: undefined }], { request: { method: 'GET', path: undefined } })).toBe(false)
  })

  test('any version of the service, as one', () => {
    expect(ask([{ subject, endpoints: undefined }], { versions: ['v1', 'v2'] })).toBe(true)
  })

  test('no other service', () => {
    expect(ask([{ subject, endpoints: undefined }], { serviceCode: 'other' })).toBe(false)
  })
})

describe('patterns of paths', () => {
  test.for([
    ['**', '', true],
    ['**', '/a/b', true],
    ['*', '', true],
    ['*', '/', false],
    ['/', '', false],
    ['/a', '/a', true],
    ['/a', '/A', false],
    ['/a', '/a/', false],
    ['/a/*', '/a/', true],
    ['/a/*', '/a/b', true],
    ['/a/*', '/a', false],
    ['/a/*', '/a/b/', false],
    ['/a/**', '/a/', true],
    ['/a/**', '/a/b/c', true],
    ['/a/**', '/a', false],
    ['/a/*/c', '/a/b/c', true],
    ['/a/*/c', '/a/b/b/c', false],
    // `*` takes the rest of a segment and gives nothing back.
    ['/a*b', '/ab', false],
    ['/a*b', '/axb', false],
    ['/*.json', '/x.json', false],
    ['/a**b', '/a/x/b', true],
    ['/***/b', '/a/b', true],
    ['/a\\*', '/a*', true],
    ['/a\\*', '/ab', false],
    ['/a\\\\', '/a\\', true],
    ['/a.c', '/abc', false],
    ['/a+', '/a+', true],
    ['/å', '/å', true],
    ['/%41', '/A', false],
  ] as const)('%s covers %j: %s', ([pattern, path, expected]) => {
    expect(matchesPath(pattern, path)).toBe(expected)
  })

  test('mean what the regular expressions of the reference mean', () => {
    const piece = fc.constantFrom('*', '**', '/', 'a', 'b', '.', '\\*')
    const path = fc.array(fc.constantFrom('/', 'a', 'b', '.', '*'), { maxLength: 7 })
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), path, (pieces, characters) => {
        const pattern = pieces.join('')
        expect(matchesPath(pattern, characters.join(''))).toBe(asRegularExpression(pattern).test(characters.join('')))
      }),
      { numRuns: 2000 },
    )
  })

  test('are matched in bounded time', () => {
    const started = performance.now()
    expect(matchesPath('/**a/**a/**a/**a/**b', `/${'a/'.repeat(4000)}`)).toBe(false)
    expect(performance.now() - started).toBeLessThan(1000)
  })

  test('go with a method, any or one', () => {
    expect(matchesEndpoint({ method: '*', path: '/a' }, get)).toBe(true)
    expect(matchesEndpoint({ method: 'get', path: '/a' }, get)).toBe(true)
    expect(matchesEndpoint({ method: 'POST', path: '/a' }, get)).toBe(false)
  })
})

/** `*` is possessive: what it has taken it keeps, which JavaScript can say by looking ahead only. */
function asRegularExpression(pattern: string): RegExp {
  let groups = 0
  const source = pattern.replace(/\\.|\*\*+|\*|[.]/g, (piece) => {
    if (piece === '*') groups += 1
    if (piece === '*') return `(?=([^/]*))\\${groups}`
    return piece.startsWith('**') ? '.*' : `\\${piece.at(-1)}`
  })
  return new RegExp(`^${source}$`)
}

interface Options {
  readonly client?: typeof subsystem
  readonly request?: { method: string; path: string | undefined } | undefined
  readonly versions?: readonly string[]
  readonly serviceCode?: string
}

const groups = new Map([['cities', new Set(['FI/GOV/1/A'])]])

function ask(rights: readonly Right[], options: Options = {}): boolean {
  const { client = subsystem, versions = ['v1'], serviceCode = 'service' } = options
  return authorise({
    client,
    provider: provider(rights, versions),
    serviceCode,
    request: 'request' in options ? options.request : get,
    global: { instance: 'FI', members: [], servers: [], authorities: [], groups },
  })
}

/** The last version has the rights. */
function provider(rights: readonly Right[], versions: readonly string[]): ConfiguredClient {
  const id = parseClientPath('FI/GOV/1/Provider')
  const services = versions.map((serviceVersion) => ({
    id: { kind: 'service', provider: id, serviceCode: 'service', serviceVersion },
    rights: serviceVersion === versions.at(-1) ? rights : [],
  }))
  return { id, localGroups: new Map([['mine', new Set(['FI/GOV/1/A'])]]), services } as unknown as ConfiguredClient
}
