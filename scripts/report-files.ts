import { accessSync, constants, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UsageError } from '../fixtures/usage-error.ts'
import { formatHtml } from '../suites/report/html.ts'
import { formatJunit } from '../suites/report/junit.ts'
import type { RunRecord, UnfinishedRecord } from '../suites/report/run-record.ts'
import { unwritable } from './file-error.ts'

/** Where the reports of a run go; what is absent is not written. */
export interface ReportFiles {
  /** The run record. */
  readonly out?: string
  readonly junit?: string
  readonly html?: string
}

/** Throws a UsageError, before anything runs, for a file that could not be written when all is done. */
export function assertWritable({ out, junit, html }: ReportFiles): void {
  for (const file of [out, junit, html]) {
    if (file === undefined) continue
    try {
      const there = statSync(file, { throwIfNoEntry: false })
      if (there?.isDirectory()) throw new UsageError(`cannot write ${file} (it is a folder); name a file`)
      accessSync(there === undefined ? dirname(resolve(file)) : file, constants.W_OK)
    } catch (cause) {
      throw cause instanceof UsageError ? cause : unwritable(file, cause)
    }
  }
}

export function writeReports(record: RunRecord | UnfinishedRecord, { out, junit, html }: ReportFiles): void {
  const write = (file: string | undefined, text: () => string) => {
    if (file === undefined) return
    try {
      writeFileSync(file, text())
    } catch (cause) {
      throw unwritable(file, cause)
    }
  }
  write(out, () => `${JSON.stringify(record, null, 2)}\n`)
  write(junit, () => formatJunit(record))
  write(html, () => formatHtml(record))
}
