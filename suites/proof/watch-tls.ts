import type { Target } from '../target/target.ts'

/** What gives a scenario more to see of TLS than that a call is answered. */
const windows: readonly (string | symbol)[] = [
  'connect',
  'endpoint',
  'exportedCertificate',
  'provider',
] satisfies (keyof Target)[]

/** The same target, which remembers whether a scenario has looked at TLS itself. */
export function watchTls(target: Target): { readonly target: Target; readonly looksAtTls: () => boolean } {
  let looked = false
  const watched = new Proxy(target, {
    get(original, name, receiver) {
      looked ||= windows.includes(name)
      return Reflect.get(original, name, receiver)
    },
  })
  return { target: watched, looksAtTls: () => looked }
}
