import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { tarArchive } from './tar-archive.ts'

const owner = { uid: 10_001, gid: 10_002 }

test('tar lists what was written, with modes, owners and sizes', () => {
  const long = `${'folder/'.repeat(20)}file`
  const archive = tarArchive([
    { path: 'keys', mode: 0o700, ...owner },
    { path: 'keys/a.key', mode: 0o600, ...owner, content: Buffer.from('secret') },
    { path: long, mode: 0o644, uid: 0, gid: 0, content: Buffer.alloc(512) },
  ])
  const listing = execFileSync('tar', ['-tv', '--numeric-owner'], { input: archive, encoding: 'utf8' })
  expect(listing.trim().split('\n')).toEqual([
    expect.stringMatching(/^drwx------ 10001\/10002 +0 .* keys\/$/),
    expect.stringMatching(/^-rw------- 10001\/10002 +6 .* keys\/a\.key$/),
    expect.stringMatching(new RegExp(`^-rw-r--r-- 0/0 +512 .* ${long}$`)),
  ])
})

test('a content comes back as it was', () => {
  const archive = tarArchive([{ path: 'a', mode: 0o644, ...owner, content: Buffer.from('x'.repeat(513)) }])
  expect(execFileSync('tar', ['-xO', 'a'], { input: archive, encoding: 'utf8' })).toBe('x'.repeat(513))
})

test('a path that no field can hold is refused', () => {
  expect(() => tarArchive([{ path: 'x'.repeat(101), mode: 0o644, ...owner, content: Buffer.alloc(0) }])).toThrow(
    /too long/,
  )
})
