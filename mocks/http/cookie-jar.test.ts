import { expect, test } from 'vitest'
import { providerCookies } from './cookie-jar.ts'

const url = 'http://provider.example/api'

test('a cookie comes back until its provider deletes it', () => {
  const cookies = providerCookies()
  expect(cookies.header(url)).toBeUndefined()
  cookies.remember(url, [['Set-Cookie', 'session=1; Path=/']])
  expect(cookies.header(url)).toEqual(['Cookie', 'session=1'])
  cookies.remember(url, [['set-cookie', 'session=; Path=/; Max-Age=0']])
  expect(cookies.header(url)).toBeUndefined()
})

test('a provider that sets one cookie again and again is remembered for ever', () => {
  const cookies = providerCookies()
  for (let n = 0; n < 10_000; n += 1) cookies.remember(url, [['Set-Cookie', `session=${n}; Path=/`]])
  expect(cookies.header(url)).toEqual(['Cookie', 'session=9999'])
})

test('beyond the limit the cookie that was set longest ago goes', () => {
  const cookies = providerCookies(3)
  for (const cookie of ['a=1', 'b=1', 'c=1', 'a=2', 'd=1']) cookies.remember(url, [['Set-Cookie', `${cookie}; Path=/`]])
  expect(cookies.header(url)?.[1].split('; ').sort()).toEqual(['a=2', 'c=1', 'd=1'])
})
