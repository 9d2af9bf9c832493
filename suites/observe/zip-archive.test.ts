import { expect, test } from 'vitest'
import { readZipArchive } from './zip-archive.ts'

// Made by another program: a/hello.txt ("hello hello hello hello", deflated) and b.txt ("b", stored).
const archive = Buffer.from(
  [
    'UEsDBBQAAAAIAAAAIVDjUT2NCgAAABcAAAALAAAAYS9oZWxsby50eHTLSM3JyVfIQCcBUEsDBBQAAAAAAAAAIVD5775xAQAAAAEA',
    'AAAFAAAAYi50eHRiUEsBAhQDFAAAAAgAAAAhUONRPY0KAAAAFwAAAAsAAAAAAAAAAAAAAIABAAAAAGEvaGVsbG8udHh0UEsBAhQD',
    'FAAAAAAAAAAhUPnvvnEBAAAAAQAAAAUAAAAAAAAAAAAAAIABMwAAAGIudHh0UEsFBgAAAAACAAIAbAAAAFcAAAAAAA==',
  ].join(''),
  'base64',
)

test('an archive gives its files by name', () => {
  const files = [...(readZipArchive(archive) ?? [])].map(([name, content]) => [name, content.toString()])
  expect(files).toEqual([
    ['a/hello.txt', 'hello hello hello hello'],
    ['b.txt', 'b'],
  ])
})

test.for([
  ['nothing', Buffer.alloc(0)],
  ['something else', Buffer.from('<html>not found</html>')],
  ['the end of an archive only', archive.subarray(-22)],
  ['an archive whose beginning is lost', archive.subarray(10)],
] as const)('%s is no archive', ([, bytes]) => {
  expect(readZipArchive(bytes)).toBeUndefined()
})
