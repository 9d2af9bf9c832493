import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Why a folder cannot be written, or cannot be made where it is missing: the code of the error, or undefined if it can. */
export function whyUnwritable(folder: string): string | undefined {
  try {
    const there = statSync(folder, { throwIfNoEntry: false })
    if (there !== undefined && !there.isDirectory()) return 'ENOTDIR'
    accessSync(there === undefined ? dirname(folder) : folder, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

/** False also for a folder that is missing or cannot be used: whoever needs it says so. */
export function hasFiles(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0
  } catch {
    return false
  }
}
