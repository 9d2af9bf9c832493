import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../../fixtures/usage-error.ts'

/**
 * Where keys that were made once are kept for the next run: a folder that only its owner may enter, made if it is missing.
 * Its name can be guessed by everybody who shares the machine, so throws a UsageError for one that is somebody else's.
 */
export function keyCacheFolder(above: string = tmpdir()): string {
  const user = process.getuid?.()
  const folder = join(above, `roadworthy-keys-${user ?? 'user'}`)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch {
    // It is there, which is looked at next, or it cannot be made, which whoever writes to it says.
  }
  const stats = lstatSync(folder, { throwIfNoEntry: false })
  if (stats === undefined || user === undefined) return folder
  if (!stats.isDirectory() || stats.uid !== user || (stats.mode & 0o077) !== 0) {
    throw new UsageError(
      `${folder} is for keys, and others can use it: remove it, or make it your own folder of mode 700.`,
    )
  }
  return folder
}
