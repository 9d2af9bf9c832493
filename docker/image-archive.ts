import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { containerFiles, containerPorts, containerUser, defaultImage, imageName } from '../fixtures/container-layout.ts'
import { readPackageFacts } from '../scripts/package-facts.ts'
import { type TarEntry, tarArchive } from '../suites/target/containers/tar-archive.ts'

const second = 1_000_000_000

/** How the image is started and watched; docker/Dockerfile says the same for those who build with it. */
export const imageConfiguration = {
  User: `${containerUser.uid}:${containerUser.gid}`,
  WorkingDir: containerFiles.data,
  Env: ['PATH=/usr/bin', 'NODE_ENV=production'],
  Entrypoint: ['/usr/bin/node', '/app/scripts/container.js'],
  StopSignal: 'SIGTERM',
  ExposedPorts: Object.fromEntries(
    [
      containerPorts.control,
      ...[containerPorts.centralServer, containerPorts.servers, containerPorts.informationSystems].flatMap(
        (ports) => Object.values(ports) as number[],
      ),
    ].map((port) => [`${port}/tcp`, {}]),
  ),
  Healthcheck: {
    Test: ['CMD', '/usr/bin/node', '/app/scripts/container-health.js'],
    Interval: 5 * second,
    Timeout: 3 * second,
    StartPeriod: 30 * second,
    Retries: 3,
  },
} as const

/** A folder as one layer. Times are left out and owners fixed, so that equal files give an equal layer. */
export function layerOf(folder: string): Buffer {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  return tarArchive(entries.map((path) => entryOf(folder, path)))
}

function entryOf(folder: string, path: string): TarEntry {
  const stats = statSync(join(folder, path))
  const { uid, gid } = `/${path}` === containerFiles.data ? containerUser : { uid: 0, gid: 0 }
  if (stats.isDirectory()) return { path, mode: path === 'tmp' ? 0o1777 : 0o755, uid, gid }
  const mode = (stats.mode & 0o100) === 0 ? 0o644 : 0o755
  return { path, mode, uid, gid, content: readFileSync(join(folder, path)) }
}

/** An archive for `docker load`. Nothing in it depends on when or where it was made, so neither does the image's id. */
export function imageArchive(layers: readonly Buffer[], architecture: string): Buffer {
  const configuration = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      created: new Date(0).toISOString(),
      config: {
        ...imageConfiguration,
        Labels: {
          'org.opencontainers.image.title': imageName,
          'org.opencontainers.image.version': readPackageFacts().version,
          'org.opencontainers.image.licenses': 'MIT',
        },
      },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
    }),
  )
  const names = layers.map((layer) => `${sha256(layer)}.tar`)
  const configurationName = `${sha256(configuration)}.json`
  const manifest = [{ Config: configurationName, RepoTags: [defaultImage], Layers: names }]
  const file = (path: string, content: Buffer): TarEntry => ({ path, mode: 0o644, uid: 0, gid: 0, content })
  return tarArchive([
    file(configurationName, configuration),
    ...layers.map((layer, index) => file(names[index] ?? '', layer)),
    file('manifest.json', Buffer.from(JSON.stringify(manifest))),
  ])
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
