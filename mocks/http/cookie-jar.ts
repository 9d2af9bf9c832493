import { CookieJar } from 'tough-cookie'
import type { RawHeader } from '../../fixtures/exchange.ts'

/** What providers asked to be remembered. One jar serves all clients and services of a server, as in the reference. */
export interface ProviderCookies {
  /** The Cookie header for a call to that address, if there is one. */
  header(url: string): RawHeader | undefined
  remember(url: string, headers: readonly RawHeader[]): void
}

/** Cookies kept in all; a provider that sets more is not remembered further. */
const cookieLimit = 3000

export function providerCookies(): ProviderCookies {
  const jar = new CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: false, allowSpecialUseDomain: true })
  let kept = 0
  return {
    header(url) {
      if (kept === 0) return undefined
      const cookies = jar.getCookieStringSync(url)
      return cookies === '' ? undefined : ['Cookie', cookies]
    },
    remember(url, headers) {
      for (const [name, value] of headers) {
        if (name.toLowerCase() !== 'set-cookie' || kept >= cookieLimit) continue
        if (jar.setCookieSync(value, url, { ignoreError: true }) !== undefined) kept += 1
      }
    },
  }
}
