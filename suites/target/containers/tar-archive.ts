/** One entry of an archive, with its owner: what is copied into a container belongs to the user that runs there. */
export interface TarEntry {
  /** Relative, without a slash at the end. */
  readonly path: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Absent for a folder. */
  readonly content?: Buffer
}

const block = 512

/** Writes a tar archive (ustar) in which nothing is older or newer than anything else: equal entries, equal bytes. */
export function tarArchive(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = entry.content ?? Buffer.alloc(0)
    return [headerOf(entry, content.length), content, Buffer.alloc(-content.length & (block - 1))]
  })
  return Buffer.concat([...blocks, Buffer.alloc(2 * block)])
}

function headerOf({ path, mode, uid, gid, content }: TarEntry, size: number): Buffer {
  const header = Buffer.alloc(block)
  const [prefix, name] = splitPath(content === undefined ? `${path}/` : path)
  header.write(name, 0, 100)
  writeOctal(header, mode, 100, 8)
  writeOctal(header, uid, 108, 8)
  writeOctal(header, gid, 116, 8)
  writeOctal(header, size, 124, 12)
  writeOctal(header, 0, 136, 12)
  header.write(content === undefined ? '5' : '0', 156)
  header.write('ustar\0' + '00', 257)
  header.write(prefix, 345, 155)
  // The sum is taken with its own field full of spaces.
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

function writeOctal(header: Buffer, value: number, offset: number, length: number): void {
  header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset)
}

/** A name has 100 bytes; what is in front of one of its slashes may stand in a field of its own. */
function splitPath(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ['', path]
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)]
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100 && name !== '') return [prefix, name]
  }
  throw new Error(`the path is too long for an archive: ${path}`)
}
