import type { Answer, Offers, Question } from './bench-process.ts'

/**
 * Answers what the parent process asks, until the parent closes the channel or is gone; then stops and ends this process,
 * so that none is left behind whatever became of the parent.
 */
export function answerParent(offers: Offers, stop: () => Promise<void> = async () => {}): void {
  process.on('message', (question) => void answer(offers, question as Question))
  process.once('disconnect', () => void stop().finally(() => process.exit()))
  // Ctrl-C reaches the whole process group; here it is for the parent to decide.
  process.on('SIGINT', () => {})
}

async function answer(offers: Offers, { number, name, argument }: Question): Promise<void> {
  try {
    const value = await offers[name]?.(argument as never)
    send({ number, value })
  } catch (error) {
    const { name: kind, message, stack } = error instanceof Error ? error : new Error(String(error))
    send({ number, error: { kind, message, stack: stack ?? message } })
  }
}

function send(answer: Answer): void {
  if (process.connected) process.send?.(answer)
}
