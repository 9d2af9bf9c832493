import { UsageError } from '../../fixtures/usage-error.ts'
import { ConfigurationFailure } from '../configuration-client/configuration-failure.ts'
import { readTrustAnchor, type TrustAnchor } from '../configuration-client/trust-anchor.ts'

/** The anchors of federated instances, of which the private parameters tell security servers. */
export interface TrustedAnchors {
  /** One for each instance; another array after every change. */
  all(): readonly TrustAnchor[]
  /**
   * Takes an anchor, XML, in the place of an earlier one of its instance; resolves once servers know, rejects with a
   * UsageError for anything else.
   */
  upload(xml: string): Promise<void>
  /** Ends the federation with an instance; rejects with a UsageError where there is none. */
  delete(instance: string): Promise<void>
}

export function trustedAnchors(
  own: string,
  initially: readonly TrustAnchor[],
  announce: () => Promise<void>,
): TrustedAnchors {
  let anchors = initially
  const without = (instance: string) => anchors.filter((anchor) => anchor.instance !== instance)
  return {
    all: () => anchors,
    async upload(xml) {
      const anchor = parseAnchor(xml, 'the anchor')
      if (anchor.instance === own) throw new UsageError(`"${own}" is this instance; upload the anchor of another one`)
      anchors = [...without(anchor.instance), anchor]
      await announce()
    },
    async delete(instance) {
      if (without(instance).length === anchors.length) {
        const known = anchors.map((anchor) => anchor.instance).join(', ')
        throw new UsageError(
          `no anchor is of "${instance}"; ${known === '' ? 'there is none' : `write one of ${known}`}`,
        )
      }
      anchors = without(instance)
      await announce()
    },
  }
}

/** Throws a UsageError that names the anchor by `where`. */
export function parseAnchor(xml: string, where: string): TrustAnchor {
  try {
    return readTrustAnchor(xml)
  } catch (error) {
    if (!(error instanceof ConfigurationFailure)) throw error
    const remedy = 'give a configuration anchor as the central server of that instance hands it out'
    throw new UsageError(`${where} is no anchor (${error.message}); ${remedy}`, { cause: error })
  }
}
