import { readlinkSync, statSync } from 'node:fs'
import { hostname } from 'node:os'

/** Seconds by which the start of a process is known. */
const tolerance = 5

/** Where a number names one process: a machine, and of it a namespace of processes where a system has such. */
export interface ProcessSpace {
  readonly machine: string
  /** Empty where the system has none. */
  readonly namespace: string
}

/** The space of this process: containers that share the network of a machine have its name, and numbers of their own. */
export function ownProcessSpace(): ProcessSpace {
  return { machine: hostname(), namespace: ownNamespace() }
}

/** Names a process: a number alone would come to mean another process one day. */
export function ownerOf(pid: number, { machine, namespace }: ProcessSpace): string {
  return [machine, pid, startOf(pid) ?? '', namespace].join('/')
}

/** Whether the process that was named so still runs. Of those of another space nothing is known: they count as alive. */
export function isOwnerAlive(owner: string, { machine, namespace }: ProcessSpace): boolean {
  const [host, pid = '', started = '', space] = owner.split('/')
  if (host !== machine || space !== namespace) return true
  if (!isRunning(Number(pid))) return false
  const now = startOf(Number(pid))
  return now === undefined || started === '' || Math.abs(now - Number(started)) <= tolerance
}

function ownNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Second since the epoch in which a process started; only Linux tells. */
function startOf(pid: number): number | undefined {
  try {
    return Math.round(statSync(`/proc/${pid}`).ctimeMs / 1000)
  } catch {
    return undefined
  }
}
