/** Why a download of the global configuration came to nothing, by the code that the reference has for it. */
export class ConfigurationFailure extends Error {
  override readonly name = 'ConfigurationFailure'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
