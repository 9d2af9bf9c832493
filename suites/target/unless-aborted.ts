/** Begins work and waits for it, unless the signal has aborted or aborts meanwhile; rejects with its reason then. */
export async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const interruption = Promise.withResolvers<never>()
  const interrupt = () => interruption.reject(signal.reason)
  signal.addEventListener('abort', interrupt, { once: true })
  try {
    return await Promise.race([work(), interruption.promise])
  } finally {
    signal.removeEventListener('abort', interrupt)
  }
}
