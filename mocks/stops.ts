/** What stops the parts that have been started, in the order of starting. */
export type Stops = (() => Promise<void>)[]

/** Stops all of them in the reverse order of starting, and rejects if one could not; a second call finds nothing to stop. */
export async function stopAll(stops: Stops): Promise<void> {
  const errors: unknown[] = []
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
    await stop().catch((error: unknown) => void errors.push(error))
  }
  if (errors.length > 0) throw errors[0]
}

/** Starts several parts as one; if one fails, those before it are stopped. */
export async function startTogether<T extends object>(
  start: (stops: Stops) => Promise<T>,
): Promise<T & AsyncDisposable> {
  const stops: Stops = []
  try {
    const started: T = await start(stops)
    return Object.assign(started, { [Symbol.asyncDispose]: () => stopAll(stops) })
  } catch (error) {
    await stopAll(stops).catch(() => undefined)
    throw error
  }
}
