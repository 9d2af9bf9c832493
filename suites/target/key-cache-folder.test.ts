import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { keyCacheFolder } from './key-cache-folder.ts'

test('keys are kept in a folder of the user, and in no other that has its name', () => {
  const above = mkdtempSync(join(tmpdir(), 'roadworthy-above-'))
  onTestFinished(() => rmSync(above, { recursive: true }))
  const folder = keyCacheFolder(above)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(keyCacheFolder(above)).toBe(folder)
  chmodSync(folder, 0o750)
  expect(() => keyCacheFolder(above)).toThrow(/^\S+ is for keys, and others can use it: remove it, or /)
  rmSync(folder, { recursive: true })
  symlinkSync(above, folder)
  expect(() => keyCacheFolder(above)).toThrow('is for keys')
})
