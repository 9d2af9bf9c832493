import type { Observation } from '../observe/normalise.ts'
import type { ScenarioResult } from './run-record.ts'

/** What lasts of one answer, by name: what differs from call to call (identifiers, random numbers, hashes) is left out. */
export type Appearance = Readonly<Record<string, string | number | null | undefined>>

/** Some stand in names that a scenario made up. */
const uuids = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi

/** What a target looked like in a scenario. Calls that are made side by side end in any order, so the order is one of its own. */
export function appearances({ evidence }: ScenarioResult): readonly Appearance[] {
  return evidence
    .map((one) => JSON.stringify(lasting(one)).replace(uuids, '<uuid>'))
    .sort()
    .map((text) => JSON.parse(text) as Appearance)
}

/** How the second look differs from the first, each as `name: before → after`. */
export function differences(before: readonly Appearance[], after: readonly Appearance[]): readonly string[] {
  if (before.length !== after.length) return [`answers: ${before.length} → ${after.length}`]
  const found = before.flatMap((old, index) => {
    const now = after[index] ?? {}
    const names = [...new Set([...Object.keys(old), ...Object.keys(now)])]
    return names
      .filter((name) => old[name] !== now[name])
      .map((name) => `${name}: ${shown(old[name])} → ${shown(now[name])}`)
  })
  return [...new Set(found)]
}

function shown(value: Appearance[string]): string {
  return value === undefined || value === null ? 'none' : String(value)
}

function lasting(observation: Observation): Appearance {
  switch (observation.kind) {
    case 'response': {
      const { status, headers, tls } = observation
      const type = headers.find(([name]) => /^content-type$/i.test(name))?.[1].replace(/;\s*boundary=.*/i, '')
      const names = headers.map(([name]) => name)
      return { status, 'content type': type, headers: names.sort().join(', '), tls: tls?.protocol, suite: tls?.suite }
    }
    case 'fault': {
      const { status, rendering, code, message, detail, errorHeader, tls } = observation
      return { status, rendering, code, message, detail, errorHeader, tls: tls?.protocol, suite: tls?.suite }
    }
    case 'handshake-refused':
      return { handshake: `refused by the ${observation.stage}`, alert: observation.alert }
    case 'no-answer':
      return { answer: observation.reason }
  }
}
