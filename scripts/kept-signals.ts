const signals: readonly (string | symbol)[] = ['SIGINT', 'SIGTERM']

/**
 * Until it is disposed of, nobody new listens for SIGINT and SIGTERM: a library that ends the process upon a signal gets
 * none, and how an interrupted command ends stays with whoever listened before.
 */
export function keepSignals(): Disposable {
  const takeOff = (event: string | symbol, listener: (...args: unknown[]) => void) => {
    if (!signals.includes(event)) return
    // It is told of before it listens. No signal is delivered before what runs now, microtasks included, has ended.
    queueMicrotask(() => void process.off(event, listener))
  }
  process.on('newListener', takeOff)
  return { [Symbol.dispose]: () => void process.off('newListener', takeOff) }
}
