import { expect, test } from 'vitest'
import { UsageError } from '../../../fixtures/usage-error.ts'
import { refusalOf } from './container-engine.ts'

test.for([
  [
    'driver failed programming external connectivity: Bind for 127.0.0.1:9080 failed: port is already allocated',
    'The port 9080 is taken; stop what listens there, or fix another in the topology.',
  ],
  [
    '(HTTP code 500) server error - failed to start: listen tcp4 0.0.0.0:8443: bind: address already in use',
    'The port 8443 is taken; stop what listens there, or fix another in the topology.',
  ],
  [
    '(HTTP code 500) server error - write /var/lib/docker/tmp/x: no space left on device',
    'The container engine has no space left on its disk; make some, and try again.',
  ],
  [
    'Failed to pull image "testcontainers/ryuk:0.14.0": Get "https://images.example/v2/": dial tcp: no such host',
    'The image of the reaper of testcontainers cannot be fetched; set TESTCONTAINERS_RYUK_DISABLED=true, and the next run clears up after a killed one.',
  ],
] as const)('what an engine says becomes one sentence: %s', ([said, sentence]) => {
  expect(refusalOf(new Error(said))?.message).toBe(sentence)
})

test('what it says otherwise is not made up', () => {
  expect(refusalOf(new Error('something else'))).toBeUndefined()
  expect(refusalOf(new UsageError('Keys cannot be kept in /tmp/keys (ENOSPC); name another folder.'))).toBeUndefined()
})
