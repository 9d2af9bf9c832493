/** The target lacks what a scenario needs; the message is the reason that the report shows. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable'
}

/** The scenario needs somebody or something that is in no part of the target. */
export function missing(what: string): never {
  throw new NotApplicable(`the topology has no ${what}`)
}
