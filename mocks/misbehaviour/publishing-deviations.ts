import { gzipSync } from 'node:zlib'
import { isConfigurationVersion } from '../../fixtures/configuration-version.ts'
import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import type { DirectoryDraft, HeaderLine } from '../central-server/directory-draft.ts'
import { faithfulDecisions, type PublishingDecisions } from '../central-server/publishing-decisions.ts'
import { parameterDeviations } from './parameter-deviations.ts'

/** Mistakes that a central server could make with its configuration. */
export const publishingDeviations: Partial<Record<Misbehaviour, Partial<PublishingDecisions>>> = {
  ...parameterDeviations,
  'gzip-configuration': {
    answer: (answer, { path }) =>
      answer.status === 200 && path.endsWith('conf')
        ? { ...answer, headers: { ...answer.headers, 'Content-Encoding': 'gzip' }, body: gzipSync(answer.body) }
        : answer,
  },
  'answer-post': { isAllowed: () => true },
  'serve-any-version': {
    requestedVersion(query) {
      const version = faithfulDecisions.requestedVersion(query)
      return isConfigurationVersion(version) ? version : 6
    },
  },
  'skip-version-five': { isServed: (version) => version !== 5 },
  'latest-version-by-default': {
    requestedVersion: (query) => (query.includes('version=') ? faithfulDecisions.requestedVersion(query) : 6),
  },
  'mixed-envelope': { envelope: (draft) => ({ ...draft, type: 'multipart/mixed' }) },
  'third-part': { envelope: (draft) => ({ ...draft, furtherParts: ['Content-Type: text/plain\r\n\r\nmore'] }) },
  'related-directory': { directory: (draft) => ({ ...draft, type: 'multipart/related' }) },
  'local-expire-date': validity('Expire-date', (value) => value.replace('Z', '')),
  'expired-directory': validity('Expire-date', () => '2020-01-01T00:00:00Z'),
  'long-validity': validity('Expire-date', (value) =>
    new Date(Date.parse(value) + 24 * 60 * 60 * 1000).toISOString().replace('.000', ''),
  ),
  'omit-directory-version': {
    directory: (draft) => ({ ...draft, validity: draft.validity.filter(([name]) => name !== 'Version') }),
  },
  'charset-on-parts': entries('Content-type', (value) => `${value}; charset=UTF-8`),
  'lose-optional-parts': {
    answer: (answer, { path }) =>
      path.endsWith('/nextupdate-params.xml') ? { ...answer, status: 404, body: 'Not Found' } : answer,
  },
  'hash-algorithm-by-name': entries('Hash-algorithm-id', () => 'SHA-512'),
  'stale-part-hash': {
    directory: ({ entries: [first, ...rest], ...draft }) => ({
      ...draft,
      // The hash of another file in its place.
      entries: first === undefined ? rest : [{ ...first, content: rest[0]?.content ?? first.content }, ...rest],
    }),
  },
  'omit-instance-parameter': entries('Content-identifier', (value) =>
    value.includes('-PARAMETERS') ? value.replace(/;.*/, '') : value,
  ),
  'omit-instance-of-optional-parts': entries('Content-identifier', (value) =>
    value.includes('-PARAMETERS') ? value : value.replace(/;.*/, ''),
  ),
  'other-instance-parameter': entries('Content-identifier', (value) => value.replace(/'.*'/, "'OTHER'")),
  'repeat-shared-parameters': {
    directory: (draft) => ({ ...draft, entries: [...draft.entries.slice(0, 1), ...draft.entries] }),
  },
  'charset-on-signature': signature('Content-Type', (value) => `${value}; charset=UTF-8`),
  'signature-algorithm-by-name': signature('Signature-Algorithm-Id', () => 'SHA512withRSA'),
  'certificate-hash-without-algorithm': signature('Verification-certificate-hash', (value) => value.replace(/;.*/, '')),
  'sign-with-unlisted-key': { signingKey: () => 2 },
  'sign-directory-header': { signedText: (body, type) => `${type}\r\n\r\n${body}` },
}

type Change = (value: string) => string

function validity(name: string, change: Change): Partial<PublishingDecisions> {
  return { directory: (draft) => ({ ...draft, validity: draft.validity.map(replaced(name, change)) }) }
}

function entries(name: string, change: Change): Partial<PublishingDecisions> {
  const directory = (draft: DirectoryDraft) => ({
    ...draft,
    entries: draft.entries.map((entry) => ({ ...entry, headers: entry.headers.map(replaced(name, change)) })),
  })
  return { directory }
}

function signature(name: string, change: Change): Partial<PublishingDecisions> {
  return {
    envelope: (draft) => ({ ...draft, signatureHeaders: draft.signatureHeaders.map(replaced(name, change)) }),
  }
}

function replaced(wanted: string, change: Change) {
  return ([name, value]: HeaderLine): HeaderLine => [name, name === wanted ? change(value) : value]
}
