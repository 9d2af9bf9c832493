import { type Cookie, CookieJar, MemoryCookieStore } from 'tough-cookie'
import type { RawHeader } from '../../fixtures/exchange.ts'

/** What providers asked to be remembered. One jar serves all clients and services of a server, as in the reference. */
export interface ProviderCookies {
  /** The Cookie header for a call to that address, if there is one. */
  header(url: string): RawHeader | undefined
  remember(url: string, headers: readonly RawHeader[]): void
}

/** Cookies kept in all; the one that was set longest ago goes first. */
const cookieLimit = 3000

export function providerCookies(limit: number = cookieLimit): ProviderCookies {
  const store = new MemoryCookieStore()
  const jar = new CookieJar(store, { looseMode: true, rejectPublicSuffixes: false, allowSpecialUseDomain: true })
  const kept = new Map<string, Cookie>()

  function keep(cookie: Cookie): void {
    const place = JSON.stringify([cookie.domain, cookie.path, cookie.key])
    kept.delete(place)
    kept.set(place, cookie)
    if (kept.size <= limit) return
    for (const [oldestPlace, oldest] of kept) {
      kept.delete(oldestPlace)
      // A store in memory is done when it returns.
      store.removeCookie(oldest.domain ?? '', oldest.path ?? '', oldest.key, () => {})
      if (kept.size <= limit) return
    }
  }

  return {
    header(url) {
      if (kept.size === 0) return undefined
      const cookies = jar.getCookieStringSync(url)
      return cookies === '' ? undefined : ['Cookie', cookies]
    },
    remember(url, headers) {
      for (const [name, value] of headers) {
        if (name.toLowerCase() !== 'set-cookie') continue
        const cookie = jar.setCookieSync(value, url, { ignoreError: true })
        if (cookie !== undefined) keep(cookie)
      }
    },
  }
}
