import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../fixtures/usage-error.ts'
import { makeFolder } from './make-folder.ts'

/** Where keys and certificates are kept from run to run, one file each. */
export interface KeyCache {
  /**
   * Returns what `read` makes of the file. If there is none, or `read` cannot use it (returns undefined), the text that
   * `make` returns is read and kept instead.
   */
  keep<T>(file: string, read: (text: string) => T | undefined, make: () => string | Promise<string>): Promise<T>
}

/** Opens a folder of files with mode 0600, made with mode 0700 if it is missing; without a folder nothing outlives the cache. */
export async function openKeyCache(folder: string | undefined): Promise<KeyCache> {
  if (folder === undefined) return memoryCache()
  await orUsageError(folder, new Promise<void>((resolve) => resolve(makeFolder(folder))))
  return {
    async keep(file, read, make) {
      const path = join(folder, file)
      const found = await orUsageError(folder, readIfPresent(path))
      const usable = found === undefined ? undefined : read(found)
      if (usable !== undefined) return usable

      const text = await make()
      const value = readMade(file, read, text)
      const draft = join(folder, `.${file}.${randomUUID()}`)
      try {
        await orUsageError(folder, writeFile(draft, text, { mode: 0o600, flag: 'wx' }))
        if (found === undefined && !(await linkUnlessPresent(draft, path))) {
          // Another process made the same at the same time and was first: both go on with its key.
          const theirs = read((await orUsageError(folder, readIfPresent(path))) ?? '')
          if (theirs !== undefined) return theirs
        }
        await orUsageError(folder, rename(draft, path))
      } finally {
        await rm(draft, { force: true })
      }
      return value
    },
  }
}

function memoryCache(): KeyCache {
  const texts = new Map<string, string | Promise<string>>()
  return {
    async keep(file, read, make) {
      const found = await texts.get(file)
      const usable = found === undefined ? undefined : read(found)
      if (usable !== undefined) return usable
      const made = make()
      texts.set(file, made)
      return readMade(file, read, await made)
    },
  }
}

function readMade<T>(file: string, read: (text: string) => T | undefined, text: string): T {
  const value = read(text)
  if (value === undefined) throw new Error(`What was made for ${file} cannot be used`)
  return value
}

async function readIfPresent(path: string): Promise<string | undefined> {
  // Asked in this thread: in a first start all others are busy with keys, and the next key would wait for an answer.
  if (!existsSync(path)) return undefined
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** False if the path is taken; also true where the file system has no links, for then the later rename does it all. */
async function linkUnlessPresent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    return codeOf(error) !== 'EEXIST'
  }
}

async function orUsageError<T>(folder: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const reason = codeOf(error) ?? String(error)
    throw new UsageError(
      `Keys cannot be kept in ${folder} (${reason}); name a folder that can be written, or leave the key cache out.`,
      { cause: error },
    )
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
