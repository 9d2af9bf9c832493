/** Reads a body to its end; throws an Error that begins with `whose` if it has more bytes than the limit. */
export async function readBounded(body: AsyncIterable<Buffer>, limit: number, whose: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > limit) throw new Error(`${whose} answers with more than ${limit} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
