import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UsageError } from '../fixtures/usage-error.ts'

/** Makes a folder that only its owner may enter. Throws a UsageError if that cannot be done. */
export function makePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new UsageError(`cannot make the folder ${folder} (${(cause as NodeJS.ErrnoException).code}); name another`, {
      cause,
    })
  }
}

/** Writes a file of mode 0600 in one step: whoever reads it finds all of it or nothing. Throws a UsageError if it cannot. */
export function writePrivateFile(file: string, content: string): void {
  const draft = join(dirname(file), `.${randomUUID()}`)
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' })
    renameSync(draft, file)
  } catch (cause) {
    throw new UsageError(`cannot write ${file} (${(cause as NodeJS.ErrnoException).code}); name another folder`, {
      cause,
    })
  }
}
