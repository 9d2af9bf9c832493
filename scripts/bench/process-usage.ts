/** What a process has used so far; the difference of two readings is what lay between them. */
export interface ProcessUsage {
  /** Milliseconds of CPU, user and system. */
  readonly cpu: number
  /** Milliseconds on the clock of that process. */
  readonly clock: number
  /** Bytes of memory. */
  readonly memory: number
}

export function readUsage(): ProcessUsage {
  const { user, system } = process.cpuUsage()
  return { cpu: (user + system) / 1000, clock: performance.now(), memory: process.memoryUsage.rss() }
}

/** How much of one core was used between two readings: 1 is all of it. */
export function cpuShare(before: ProcessUsage, after: ProcessUsage): number {
  return (after.cpu - before.cpu) / (after.clock - before.clock)
}
