/** Lets others wait for an entry of a log. */
export interface EntryWatch<Entry> {
  /** Tells who waits of an entry that is new or has changed. */
  notify(entry: Entry): void
  /** Resolves with the first entry, seen or to come, that matches; rejects after the time limit (milliseconds). */
  waitFor(match: (entry: Entry) => boolean, options?: { readonly timeout?: number }): Promise<Entry>
}

/** `all` gives the entries seen so far; `noun` is what one is called where none came. */
export function entryWatch<Entry>(noun: string, all: () => readonly Entry[]): EntryWatch<Entry> {
  const waiting = new Set<(entry: Entry) => void>()
  return {
    notify(entry) {
      for (const notify of waiting) notify(entry)
    },
    waitFor(match, { timeout = 5000 } = {}) {
      const found = all().find(match)
      if (found !== undefined) return Promise.resolve(found)
      return new Promise((resolve, reject) => {
        const notify = (entry: Entry) => {
          if (!match(entry)) return
          clearTimeout(timer)
          waiting.delete(notify)
          resolve(entry)
        }
        const timer = setTimeout(() => {
          waiting.delete(notify)
          reject(new Error(`no ${noun} matched within ${timeout} ms; ${all().length} others were seen`))
        }, timeout)
        waiting.add(notify)
      })
    },
  }
}
