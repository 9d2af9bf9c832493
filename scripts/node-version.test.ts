import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { oldestNode, refuseOldNode } from './node-version.ts'
import { readPackageFacts } from './package-facts.ts'

test('the oldest Node is the one that package.json promises', () => {
  const { engines } = JSON.parse(readFileSync(join(readPackageFacts().root, 'package.json'), 'utf8'))
  expect(engines.node).toBe(`>=${oldestNode}`)
})

test.for(['20.20.2', '22.21.9', '9.30.0'])('Node %s is told to make room for a newer one', (version) => {
  expect(refuseOldNode(version)).toContain(`needs Node ${oldestNode} or newer, and this is ${version}`)
})

test.for(['22.22.0', '24.0.0', '26.1.0'])('Node %s will do', (version) => {
  expect(refuseOldNode(version)).toBeUndefined()
})
