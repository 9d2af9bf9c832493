import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { containerFiles, containerVariables } from '../fixtures/container-layout.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { hasFiles, whyUnwritable } from './folder-state.ts'

/** Every container has it in memory, whatever else of it can be written; 64 MB unless the engine is told otherwise. */
const sharedMemory = '/dev/shm'

/**
 * Where a container keeps its keys, or has been given them: the folder that was named, which throws a UsageError if it
 * cannot be used; else that of the data folder, if that can. Undefined where they are made anew at every start.
 */
export function keyFolder(named: string | undefined, say: (sentence: string) => void): string | undefined {
  const folder = named ?? containerFiles.keys
  const reason = whyUnwritable(named ?? containerFiles.data) ?? whyUnwritable(folder)
  if (reason === undefined || hasFiles(folder)) return folder
  if (named !== undefined) {
    throw new UsageError(
      `${containerVariables.keys}: ${folder} cannot be written (${reason}); mount a folder that this user can write`,
    )
  }
  say(`keys are made anew at every start: ${folder} cannot be written (${reason})`)
  return undefined
}

/** Has large bodies kept where this container can write; says what to mount where that is not the temporary folder. */
export function makeRoomForBodies(say: (sentence: string) => void): void {
  const folder = tmpdir()
  const reason = whyUnwritable(folder)
  if (reason === undefined) return void mkdirSync(folder, { recursive: true })
  const kept = whyUnwritable(sharedMemory) === undefined
  if (kept) process.env['TMPDIR'] = sharedMemory
  const instead = kept ? `kept in ${sharedMemory}, which may be small` : 'refused'
  say(`messages above 1 MiB are ${instead}: ${folder} cannot be written (${reason}); mount a tmpfs there`)
}
