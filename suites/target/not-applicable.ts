/** The target lacks what a scenario needs; the message is the reason that the report shows. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable'
}
