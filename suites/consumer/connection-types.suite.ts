import { expect } from 'vitest'
import type { RequirementId } from '../../fixtures/requirements/index.ts'
import { scenario } from '../scenario.ts'
import type { CertificateRole } from '../target/cast/certificate-roles.ts'
import type { ClientRole } from '../target/cast/client-roles.ts'
import type { Route, Target } from '../target/target.ts'

/*
 * Connection type × what the caller shows on the transport layer, each over SOAP and REST: the table of the guide for
 * connecting an information system, with every kind of certificate that has ever been mistaken for the listed one.
 */

type Refusal = 'plaintextForbidden' | 'certificateMissing' | 'certificateNotListed'
type Covers = readonly [RequirementId, ...RequirementId[]]

interface Row {
  readonly shows: string
  readonly route: (target: Target) => Route
  /** HTTP and HTTPS NO AUTH: what the type makes of it. */
  readonly http: Covers
  readonly noAuth: Covers | { readonly refused: Refusal; readonly covers: Covers }
  /** HTTPS: which client shows it, and why it is refused if it is. */
  readonly https: { readonly client: ClientRole; readonly refused?: Refusal; readonly covers: Covers }
}

const rows: readonly Row[] = [
  {
    shows: 'over plain http',
    route: () => ({ over: 'http' }),
    http: ['CONN-HTTP-01', 'CONN-GEN-01'],
    noAuth: { refused: 'plaintextForbidden', covers: ['CONN-NOAUTH-02', 'CONN-GEN-01'] },
    https: { client: 'https', refused: 'certificateMissing', covers: ['CONN-HTTPS-05', 'CONN-GEN-01'] },
  },
  {
    shows: 'without certificate',
    route: () => ({ certificate: 'none' }),
    http: ['CONN-HTTP-02'],
    noAuth: ['CONN-NOAUTH-01'],
    https: { client: 'https', refused: 'certificateMissing', covers: ['CONN-HTTPS-02', 'TLS-13'] },
  },
  {
    shows: 'with a listed certificate',
    route: listedFor('https'),
    http: ['CONN-HTTP-03'],
    noAuth: ['CONN-NOAUTH-03'],
    https: { client: 'https', covers: ['CONN-HTTPS-01', 'CONN-HTTPS-06', 'TLS-19'] },
  },
  {
    shows: "with another tenant's certificate",
    route: listedFor('other-tenant'),
    http: ['CONN-HTTP-03'],
    noAuth: ['CONN-NOAUTH-03'],
    https: { client: 'https', refused: 'certificateNotListed', covers: ['CONN-HTTPS-03', 'TENANT-05'] },
  },
  {
    shows: 'with a certificate of the same subject and another key',
    route: presenting('same-subject'),
    http: ['CONN-HTTP-03'],
    noAuth: ['CONN-NOAUTH-03'],
    https: { client: 'https', refused: 'certificateNotListed', covers: ['CONN-HTTPS-03', 'CONN-HTTPS-06'] },
  },
  {
    shows: 'with a renewed certificate of the same key',
    route: presenting('renewed'),
    http: ['CONN-HTTP-03'],
    noAuth: ['CONN-NOAUTH-03'],
    https: { client: 'https', refused: 'certificateNotListed', covers: ['CONN-HTTPS-03'] },
  },
  {
    shows: 'with a certificate issued by a listed authority',
    route: presenting('issued'),
    http: ['CONN-HTTP-03'],
    noAuth: ['CONN-NOAUTH-03'],
    https: { client: 'authority-listed', refused: 'certificateNotListed', covers: ['CONN-HTTPS-06'] },
  },
  {
    shows: 'with an expired certificate',
    route: listedFor('expired'),
    http: ['CONN-HTTP-03'],
    noAuth: ['CONN-NOAUTH-03'],
    https: { client: 'expired', covers: ['CONN-HTTPS-07'] },
  },
  {
    shows: 'with a certificate that is not yet valid',
    route: listedFor('future'),
    http: ['CONN-HTTP-03'],
    noAuth: ['CONN-NOAUTH-03'],
    https: { client: 'future', covers: ['CONN-HTTPS-07'] },
  },
]

for (const { shows, route, http, noAuth, https } of rows) {
  declare('http', 'http', shows, route, { covers: http })
  declare('https no auth', 'no-auth', shows, route, 'covers' in noAuth ? noAuth : { covers: noAuth })
  declare('https', https.client, shows, route, https)
}

function declare(
  type: string,
  role: ClientRole,
  shows: string,
  route: Row['route'],
  { covers, refused }: { readonly covers: Covers; readonly refused?: Refusal },
): void {
  for (const protocol of ['rest', 'soap'] as const) {
    const ask = async (target: Target) => {
      const client = target.client(role)
      return {
        client,
        seen: await target.ask(protocol, target.service('random', protocol), { client, ...route(target) }),
      }
    }
    if (refused === undefined) {
      scenario(`${type} client answered ${shows} (${protocol})`, { covers }, async (target) => {
        const { seen } = await ask(target)
        expect(seen).toBeServiceResponse()
      })
    } else {
      scenario(`${type} client refused ${shows} (${protocol})`, { covers }, async (target) => {
        const { client, seen } = await ask(target)
        expect(seen).toBeFault(refused, { client })
      })
    }
  }
}

function listedFor(role: ClientRole): Row['route'] {
  return (target) => ({ certificate: target.certificateOf(target.client(role)) })
}

function presenting(role: CertificateRole): Row['route'] {
  return (target) => ({ certificate: target.certificate(role) })
}
