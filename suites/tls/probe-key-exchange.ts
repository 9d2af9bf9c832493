import { createHash } from 'node:crypto'
import { groupCodes, isFiniteField } from '../../fixtures/tls/groups.ts'
import { primeFieldNames } from '../../fixtures/tls/prime-fields.ts'
import { signatureSchemeCodes } from '../../fixtures/tls/signature-schemes.ts'
import type { Offer } from './client-hello.ts'
import type { Greeted } from './greeting.ts'
import type { Prober } from './prober.ts'
import { newestOpenVersion, type Spoken } from './spoken-versions.ts'
import type { FieldReport, KeyExchangeReport } from './tls-report.ts'

type Naming = Pick<Offer, 'serverName'>

const allGroups = Object.keys(groupCodes)
const curves = allGroups.filter((group) => !isFiniteField(group))

/** Finds the groups and prime fields of the key exchange. */
export async function probeKeyExchange(
  prober: Prober,
  spoken: readonly Spoken[],
  naming: Naming,
): Promise<KeyExchangeReport> {
  const tls13 = spoken.find(({ version }) => version === 'TLSv1.3')
  const open = newestOpenVersion(spoken)
  const elliptic = open && choose(open, /_ECDHE_|_ECDH_anon_/)
  const [groups, groupsOfTls13, fields] = await Promise.all([
    elliptic === undefined ? [] : eliminate(curves, askGroup(elliptic)),
    tls13 === undefined ? [] : eliminate(allGroups, askGroup(tls13)),
    open === undefined ? [] : probeFields(prober, open, naming),
  ])
  return { groups, groupsOfTls13, fields }

  function askGroup({ version, suites }: Spoken) {
    return async (rest: readonly string[]) => {
      const answer = await prober.greet({ version, suites, groups: rest, ...naming })
      return answer.kind === 'greeted' ? (answer.group ?? answer.keyExchange?.group) : undefined
    }
  }
}

/** The algorithms by which a server signs its key exchange in TLS 1.2. */
export async function probeSignatureAlgorithms(
  prober: Prober,
  spoken: readonly Spoken[],
  naming: Naming,
): Promise<string[]> {
  const tls12 = spoken.find(({ version }) => version === 'TLSv1.2')
  const signed = tls12 && choose(tls12, /_(ECDHE|DHE)_(RSA|ECDSA|DSS)_/)
  if (signed === undefined) return []
  return await eliminate(Object.keys(signatureSchemeCodes), async (rest) => {
    const answer = await prober.greet({ ...signed, signatureAlgorithms: rest, ...naming })
    return answer.kind === 'greeted' ? answer.keyExchange?.signatureAlgorithm : undefined
  })
}

/** Takes away what was chosen until nothing is, or something that was not offered. */
async function eliminate(
  offered: readonly string[],
  ask: (rest: readonly string[]) => Promise<string | undefined>,
): Promise<string[]> {
  const found: string[] = []
  let rest = offered
  while (rest.length > 0) {
    const chosen = await ask(rest)
    if (chosen === undefined || !rest.includes(chosen)) break
    found.push(chosen)
    rest = rest.filter((name) => name !== chosen)
  }
  return found
}

/** What a client gets that knows no groups for prime fields (RFC 7919), and what one gets that knows them all. */
async function probeFields(prober: Prober, open: Spoken, naming: Naming): Promise<FieldReport[]> {
  const kinds = [/_DHE_.*EXPORT|_DH_anon_EXPORT/, /_(DHE|DH_anon)_(?!.*EXPORT)/].map((kind) => choose(open, kind))
  const offers = kinds.flatMap((spoken) =>
    spoken === undefined ? [] : [curves, allGroups].map((groups) => ({ ...spoken, groups, ...naming })),
  )
  const answers = await Promise.all(offers.map((offer) => prober.greet(offer)))
  const greeted = answers.filter((answer) => answer.kind === 'greeted')
  const seen = greeted.flatMap(({ keyExchange, suite }: Greeted) => {
    if (keyExchange?.field === undefined) return []
    const { bits, prime } = keyExchange.field
    return [{ bits, suite, hash: createHash('sha256').update(trimZeros(prime)).digest('hex') }]
  })
  return [...Map.groupBy(seen, ({ hash }) => hash)].map(([hash, rows]) => {
    const group = primeFieldNames[hash]
    const suites = [...new Set(rows.map(({ suite }) => suite))]
    return { bits: rows[0]?.bits ?? 0, ...(group === undefined ? {} : { group }), suites }
  })
}

function trimZeros(number: Buffer): Buffer {
  const first = number.findIndex((byte) => byte !== 0)
  return first < 0 ? number : number.subarray(first)
}

function choose({ version, suites }: Spoken, kind: RegExp): Spoken | undefined {
  const chosen = suites.filter((suite) => kind.test(suite))
  return chosen.length === 0 ? undefined : { version, suites: chosen }
}
