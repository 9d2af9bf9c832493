import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { imageArchive, imageConfiguration, layerOf } from './image-archive.ts'

test('equal files give an equal image, whenever they were written', () => {
  const [first, second] = [folderOf(new Date(0)), folderOf(new Date())]
  expect(imageArchive([layerOf(first)], 'amd64').equals(imageArchive([layerOf(second)], 'amd64'))).toBe(true)
})

test('the Dockerfile says the same as the image that is assembled', () => {
  const dockerfile = readFileSync(join(import.meta.dirname, 'Dockerfile'), 'utf8')
  const said = (instruction: string) =>
    new RegExp(`^${instruction} (.*)$`, 'm').exec(dockerfile.split('FROM scratch')[1] ?? '')?.[1]
  const { User, WorkingDir, Env, Entrypoint, StopSignal, ExposedPorts, Healthcheck } = imageConfiguration
  expect(said('USER')).toBe(User)
  expect(said('WORKDIR')).toBe(WorkingDir)
  expect(said('ENV')?.split(' ')).toEqual(Env)
  expect(JSON.parse(said('ENTRYPOINT') ?? '')).toEqual(Entrypoint)
  expect(said('STOPSIGNAL')).toBe(StopSignal)
  expect(
    said('EXPOSE')
      ?.split(' ')
      .map((port) => `${port}/tcp`),
  ).toEqual(Object.keys(ExposedPorts))
  const [options = '', command = ''] = said('HEALTHCHECK')?.split(' CMD ') ?? []
  const { Interval, Timeout, StartPeriod, Retries } = Healthcheck
  const seconds = (nanoseconds: number) => `${nanoseconds / 1e9}s`
  expect(options.split(' ')).toEqual([
    `--interval=${seconds(Interval)}`,
    `--timeout=${seconds(Timeout)}`,
    `--start-period=${seconds(StartPeriod)}`,
    `--retries=${Retries}`,
  ])
  expect(['CMD', ...(JSON.parse(command) as string[])]).toEqual(Healthcheck.Test)
})

function folderOf(time: Date): string {
  const folder = mkdtempSync(join(tmpdir(), 'roadworthy-layer-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'app'))
  for (const name of time.getTime() === 0 ? ['a.js', 'b.js'] : ['b.js', 'a.js']) {
    writeFileSync(join(folder, 'app', name), name)
    utimesSync(join(folder, 'app', name), time, time)
  }
  return folder
}
