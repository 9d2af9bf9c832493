import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { configurationChangeSchema } from '../../fixtures/configuration-change.ts'
import type { ControlRoutes } from './control-route.ts'

const document = readFileSync(new URL('../../docs/control-interface.md', import.meta.url), 'utf8')

test('docs/control-interface.md describes every route once, and no other', async () => {
  const routes = new Set(['GET /health', 'GET /ready'])
  for (const make of await everyRoutes()) for (const name of Object.keys(make({}))) routes.add(name)
  expect(allOf(/^### (.*)$/gm).sort()).toEqual([...routes].sort())
})

test('it tells of every change, in the order of the schema', () => {
  expect(allOf(/^\| `([a-z-]+)` /gm)).toEqual(configurationChangeSchema.options.map(({ shape }) => shape.kind.value))
})

/** What is called …Routes in this folder. */
async function everyRoutes(): Promise<((controlled: object) => ControlRoutes)[]> {
  const files = readdirSync(import.meta.dirname).filter((file) => !file.includes('.test.'))
  const modules = await Promise.all(files.map((file) => import(`./${file}`)))
  return modules.flatMap((module) =>
    Object.entries(module).flatMap(([name, made]) => (name.endsWith('Routes') ? [made as never] : [])),
  )
}

function allOf(expression: RegExp): string[] {
  return [...document.matchAll(expression)].map(([, found = '']) => found)
}
