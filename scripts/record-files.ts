import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../fixtures/usage-error.ts'
import { parseRunRecord, type RunRecord } from '../suites/report/run-record.ts'
import { unreadable } from './file-error.ts'

const remedy = 'name a run record, as "roadworthy run --out" writes it'

/** Reads one run record. Throws a UsageError for anything else. */
export function readRecordFile(file: string): RunRecord {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw unreadable(file, cause, remedy)
  }
  try {
    return parseRunRecord(text, file)
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message} Write it anew with "roadworthy run --out".`, { cause })
  }
}

/** The files that are meant: of a folder, every one that ends in .json. Throws a UsageError for a folder without any. */
export function recordFiles(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => (isFolder(name) ? recordsIn(name) : [name]))
}

function recordsIn(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  if (files.length === 0) throw new UsageError(`the folder ${folder} has no run record; ${remedy}`)
  return files.sort().map((file) => join(folder, file))
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === true
}
