/** A server answered wrongly or not at all while it was measured: its speed means nothing. Exit code 1. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}
