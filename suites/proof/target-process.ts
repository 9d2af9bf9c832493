import type { Topology } from '../../fixtures/topology.ts'
import { type PreparedTarget, startInProcess } from '../target/in-process.ts'
import type { TargetDescription } from '../target/target-description.ts'
import { onOwnAddress } from './own-address.ts'

/** What a process of targets is to start. */
export interface WantedTargets {
  readonly topology: Topology
  /** Misbehaviours, one for each target, with the number of its address. */
  readonly misbehaviours: readonly (readonly [number: number, misbehaviour: string])[]
}

/** What has been started, by misbehaviour. */
export type StartedTargets = readonly (readonly [misbehaviour: string, description: TargetDescription])[]

// Started by startTargetProcess: a message says what to start, and the end of the channel to stop it.
const targets: PreparedTarget[] = []

process.once('message', async ({ topology, misbehaviours }: WantedTargets) => {
  const started: [string, TargetDescription][] = []
  for (const [number, misbehaviour] of misbehaviours) {
    const target = await startInProcess({ topology: onOwnAddress(topology, number), misbehaviours: [misbehaviour] })
    targets.push(target)
    started.push([misbehaviour, { ...target.description, topology }])
  }
  process.send?.(started satisfies StartedTargets)
})

process.once('disconnect', async () => {
  for (const target of targets) await target[Symbol.asyncDispose]()
  process.exit()
})
