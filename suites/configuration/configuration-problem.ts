/** What is wrong with a configuration. `code` is the one under which a security server reports it. */
export class ConfigurationProblem extends Error {
  override readonly name = 'ConfigurationProblem'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
