import { randomUUID } from 'node:crypto'
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UsageError } from '../fixtures/usage-error.ts'
import { makeFolder } from '../mocks/pki/make-folder.ts'
import { fileReason, unwritable } from './file-error.ts'

/** Makes a folder that only its owner may enter. Throws a UsageError if that cannot be done. */
export function makePrivateFolder(folder: string): void {
  try {
    makeFolder(folder)
  } catch (cause) {
    throw new UsageError(`cannot make the folder ${folder} (${fileReason(cause)}); name another`, { cause })
  }
}

/** Writes a file of mode 0600 in one step: whoever reads it finds all of it or nothing. Throws a UsageError if it cannot. */
export function writePrivateFile(file: string, content: string): void {
  withDraft(file, content, (draft) => renameSync(draft, file))
}

/** The same, unless the file is there already; the result is whether it was written. */
export function createPrivateFile(file: string, content: string): boolean {
  return withDraft(file, content, (draft) => {
    try {
      linkSync(draft, file)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      // Some file systems have no links.
      renameSync(draft, file)
      return true
    }
  })
}

function withDraft<T>(file: string, content: string, publish: (draft: string) => T): T {
  const draft = join(dirname(file), `.${randomUUID()}`)
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' })
    return publish(draft)
  } catch (cause) {
    throw unwritable(file, cause)
  } finally {
    rmSync(draft, { force: true })
  }
}
