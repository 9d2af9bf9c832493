import type { XmlElement } from './xml-element.ts'
import type { XmlHandler } from './xml-reader.ts'

/** What an element means: which frame its children have, and what becomes of its own text when it ends. */
export interface Frame {
  child(element: XmlElement): Frame
  close(text: string): void
}

/** An element of which nothing counts, whatever is in it. */
export const ignored: Frame = { child: () => ignored, close: () => {} }

/** Reads a document by frames: `root` has the frame of the root element. */
export function frameHandler(root: Frame): XmlHandler {
  const frames: { frame: Frame; text: string }[] = [{ frame: root, text: '' }]
  const top = () => frames[frames.length - 1] as { frame: Frame; text: string }
  const append = (text: string) => {
    if (top().frame !== ignored) top().text += text
  }
  return {
    startElement: (element) => frames.push({ frame: top().frame.child(element), text: '' }),
    endElement: () => {
      const ended = frames.pop()
      ended?.frame.close(ended.text)
    },
    text: append,
    cdata: append,
  }
}

/** An element that counts by its own text. */
export function textFrame(done: (value: string) => void): Frame {
  return { child: () => ignored, close: done }
}

export function isNamed(node: { namespace: string; localName: string }, namespace: string, localName: string): boolean {
  return node.localName === localName && node.namespace === namespace
}
