import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { engine, requireDone } from './container-engine.ts'
import { layerOf } from './image-archive.ts'

const program = '/usr/sbin/haproxy'

/** Whether the load balancer is installed here. */
export const hasHaproxy = existsSync(program)

/**
 * Makes an image of the load balancer that is installed here, for tests that reach no registry; its configuration is where
 * that of the public one is.
 */
export async function buildHaproxyImage(tag: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'roadworthy-haproxy-'))
  try {
    // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)" or "/lib64/ld-linux-x86-64.so.2 (0x…)"
    const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
    for (const file of [program, ...libraries]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      cpSync(realpathSync(file), join(folder, file))
    }
    const command = JSON.stringify([program, '-W', '-db', '-f', '/usr/local/etc/haproxy/haproxy.cfg'])
    requireDone('docker import', await engine(['import', '--change', `CMD ${command}`, '-', tag], layerOf(folder)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
