import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { isOwnerAlive, ownerOf } from './container-owner.ts'

const space = { machine: 'build', namespace: 'pid:[1]' }

test('whoever has ended is not alive; whoever runs is', () => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  expect(isOwnerAlive(ownerOf(pid, space), space)).toBe(false)
  expect(isOwnerAlive(ownerOf(process.pid, space), space)).toBe(true)
})

test.for([
  ['machine', { ...space, machine: 'other' }],
  ['namespace of processes of the same machine', { ...space, namespace: 'pid:[2]' }],
] as const)('nothing is known of another %s, so that everybody there counts as alive', ([, other]) => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  expect(isOwnerAlive(ownerOf(pid, other), space)).toBe(true)
})
