import { UsageError } from '../fixtures/usage-error.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is none',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EISDIR: 'it is a folder',
  EEXIST: 'a file has that name',
  ENOTDIR: 'a part of its path is a file',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
}

/** Why the system refuses a file, in words where there are some. */
export function fileReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? (code || String(error))
}

/** The mistake of an operator who names a file that cannot be read; `remedy` says what to name instead. */
export function unreadable(file: string, cause: unknown, remedy: string): UsageError {
  return new UsageError(`cannot read ${file} (${fileReason(cause)}); ${remedy}`, { cause })
}

/** The mistake of an operator who names a file that cannot be written. */
export function unwritable(file: string, cause: unknown): UsageError {
  const folderMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
  const reason = folderMissing ? 'its folder does not exist' : fileReason(cause)
  return new UsageError(`cannot write ${file} (${reason}); name another`, { cause })
}
