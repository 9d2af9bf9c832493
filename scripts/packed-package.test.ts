import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPackageFacts } from './package-facts.ts'
import { examplesOf, installPacked, type VendorProject } from './packed-package.ts'

// What is published is not what is tested otherwise: JavaScript under dist/, without the files that nobody needs.
const { root, version } = readPackageFacts()
let project: VendorProject

beforeAll(async () => {
  project = await installPacked()
}, 60_000)

afterAll(() => project[Symbol.dispose]())

test.for(examplesOf('vendor-tests.md'))('$name runs', { timeout: 30_000 }, async ({ name, code }) => {
  writeFileSync(join(project.folder, name), code)
  const { code: exitCode, output } = await project.run(process.execPath, ['--test', '--test-reporter=tap', name])
  expect(output).toMatch(/^# pass [1-9]/m)
  expect(output).toMatch(/^# fail 0$/m)
  expect(exitCode, output).toBe(0)
})

test('every tool finds its way into it', async () => {
  const { messages } = await publint({
    pkgDir: join(project.folder, 'node_modules', 'roadworthy'),
    pack: false,
    strict: true,
  })
  expect(messages).toEqual([])
})

test('links in its documents lead to files of it', () => {
  const installed = join(project.folder, 'node_modules', 'roadworthy')
  const documents = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'))
  const links = documents.flatMap((file) =>
    [...readFileSync(join(installed, file), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => {
      return join(dirname(file), link)
    }),
  )
  expect(links).toContain('templates/gitlab-ci.yml')
  expect(links.filter((link) => !existsSync(join(installed, link)))).toEqual([])
})

test('what has been built anew can be started where it is', () => {
  // npx makes it executable only when it sees a checkout for the first time.
  accessSync(join(root, 'dist', 'scripts', 'roadworthy.js'), constants.X_OK)
})

test('the command line is there', { timeout: 30_000 }, async () => {
  expect(await project.run('npx', ['roadworthy', '--version'])).toMatchObject({ code: 0, output: `${version}\n` })
  const help = await project.run('npx', ['roadworthy', '--help'])
  expect(help.output).toContain('roadworthy up')
  expect(help.code).toBe(0)
})

test('the compiled scenarios run', { timeout: 60_000 }, async () => {
  const { code, output } = await project.run('npx', ['roadworthy', 'run', '--requirement', 'CONN-HTTPS-01'])
  expect(output).toMatch(/FI-DEV conforms: (\d+) of \1 scenarios passed\./)
  expect(code, output).toBe(0)
})

test('types are complete', { timeout: 60_000 }, async () => {
  writeFileSync(
    join(project.folder, 'vendor.ts'),
    `import { type Exchange, startEnvironment } from 'roadworthy'
export async function seen(): Promise<readonly Exchange[]> {
  await using environment = await startEnvironment(undefined, { profile: '7.8' })
  return environment.exchanges.all()
}
`,
  )
  const options = [
    '--noEmit',
    '--skipLibCheck',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--lib',
    'es2024,esnext.disposable',
  ]
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { code, output } = await project.run(process.execPath, [tsc, ...options, '--types', 'node', 'vendor.ts'])
  expect(output).toBe('')
  expect(code).toBe(0)
})
