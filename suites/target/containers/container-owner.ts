import { statSync } from 'node:fs'

/** Seconds by which the start of a process is known. */
const tolerance = 5

/** Names a process of a machine: a number alone would come to mean another process one day. */
export function ownerOf(pid: number, machine: string): string {
  return `${machine}/${pid}/${startOf(pid) ?? ''}`
}

/** Whether the process that was named so still runs. Of another machine's processes nothing is known: they count as alive. */
export function isOwnerAlive(owner: string, machine: string): boolean {
  const [host, pid = '', started = ''] = owner.split('/')
  if (host !== machine) return true
  if (!isRunning(Number(pid))) return false
  const now = startOf(Number(pid))
  return now === undefined || started === '' || Math.abs(now - Number(started)) <= tolerance
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
