import { expect, test } from 'vitest'
import { byteReader, MalformedMessage } from './byte-reader.ts'

test('numbers, pieces and vectors are read one after the other', () => {
  const reader = byteReader(Buffer.from('0102030002aabb01cc', 'hex'))
  expect([reader.number(1), reader.number(2), reader.vector(2), reader.remaining]).toEqual([
    0x01,
    0x0203,
    Buffer.from('aabb', 'hex'),
    2,
  ])
  expect(reader.vectors(1)).toEqual([Buffer.from('cc', 'hex')])
  expect(reader.numbers(2)).toEqual([])
})

test('nobody reads past the end', () => {
  const reader = () => byteReader(Buffer.from('0005aabb', 'hex'))
  expect(() => reader().take(5)).toThrow(MalformedMessage)
  expect(() => reader().vector(2)).toThrow('5 bytes expected, 2 there')
  expect(() => reader().numbers(3)).toThrow(MalformedMessage)
  expect(() => byteReader(Buffer.alloc(0)).number(1)).toThrow(MalformedMessage)
})
