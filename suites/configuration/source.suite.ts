import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import { readAnchor } from './configuration-anchor.ts'
import { observeSource } from './configuration-source.ts'
import { rawHeaderOf } from './header-value.ts'

const needs = ['central-server'] as const

scenario('the configuration is answered to GET, not compressed', { covers: ['GCONF-01'], needs }, async (target) => {
  const source = await observeSource(target)
  const { status, headers } = await source.askVersion()
  expect({ status, encoding: headers['content-encoding'] }).toEqual({ status: 200, encoding: undefined })
})

scenario('the configuration is not answered to POST', { covers: ['GCONF-01'], needs }, async (target) => {
  const source = await observeSource(target)
  const { status } = await source.ask(`version=${source.newestVersion}`, 'POST')
  expect([404, 405]).toContain(status)
})

for (const version of [1, 99]) {
  scenario(`version ${version} of the configuration is not found`, { covers: ['GCONF-24'], needs }, async (target) => {
    const source = await observeSource(target)
    expect((await source.ask(`version=${version}`)).status).toBe(404)
  })
}

scenario('version 5 of the configuration is served', { covers: ['GCONF-25'], needs }, async (target) => {
  const source = await observeSource(target)
  expect((await source.askVersion(5)).status).toBe(200)
})

scenario(
  'without a version the configuration is that of version 2',
  { covers: ['GCONF-23'], needs },
  async (target) => {
    const source = await observeSource(target)
    const [unnamed, second] = [await source.ask(''), await source.ask('version=2')]
    const locations = ({ body }: typeof unnamed) => body.toString().match(/Content-location: .*/gi)
    expect(unnamed.status).toBe(200)
    expect(locations(unnamed)?.map(folderOf)).toEqual(locations(second)?.map(folderOf))
  },
)

scenario('the configuration anchor follows its schema', { covers: ['GCONF-26'], needs }, async (target) => {
  const { anchor } = await observeSource(target)
  expect(() => readAnchor(anchor)).not.toThrow()
})

scenario('every file of the directory can be downloaded', { covers: ['GCONF-13'], needs }, async (target) => {
  const source = await observeSource(target)
  const { entries } = await source.directory()
  expect(entries.filter(({ headers }) => rawHeaderOf(headers, 'Content-location') === undefined)).toEqual([])
  const answers = await Promise.all(entries.map(source.fetch))
  expect(answers.map(({ status }) => status)).toEqual(entries.map(() => 200))
})

/** The timestamp in a location changes every minute; version and file do not. */
function folderOf(location: string): string {
  return location.replace(/\d{14,}/, 'timestamp')
}
