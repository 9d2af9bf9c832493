import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

test('makes a folder and those above it, for their owner alone', () => {
  const root = temporaryFolder()
  const folder = join(root, 'one', 'two', 'three')
  makeFolder(folder)
  makeFolder(folder)
  for (const made of [folder, join(root, 'one', 'two'), join(root, 'one')]) {
    expect(statSync(made).isDirectory()).toBe(true)
    expect(statSync(made).mode & 0o777).toBe(0o700)
  }
})

test('makes no folder in the place of a file, or below one', () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  expect(() => makeFolder(file)).toThrow(/EEXIST/)
  expect(() => makeFolder(join(file, 'folder'))).toThrow(/ENOTDIR/)
})

test.runIf(process.platform === 'linux')('ends where a file system holds no folders of ours', () => {
  expect(() => makeFolder('/proc/roadworthy')).toThrow(/ENOENT/)
  expect(() => makeFolder('/proc/roadworthy/below')).toThrow(/ENOENT/)
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'roadworthy-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}
