import { X509Certificate } from 'node:crypto'
import { XMLParser } from 'fast-xml-parser'
import { type ClientId, clientId, formatPath, memberOf } from '../../fixtures/identifiers.ts'
import type { GlobalConfiguration, GlobalMember, GlobalServer } from '../security-server/global-configuration.ts'

/** The elements of shared parameters that security servers find one another by; all are optional to a parser. */
interface Conf {
  readonly instanceIdentifier?: string
  readonly approvedCA?: readonly { readonly topCA?: CertificateHolder; readonly intermediateCA?: CertificateHolder[] }[]
  readonly member?: readonly Member[]
  readonly securityServer?: readonly Server[]
  readonly globalGroup?: readonly { readonly groupCode?: string; readonly groupMember?: GroupMember[] }[]
}
interface CertificateHolder {
  readonly cert?: string
}
interface Member {
  readonly id?: string
  readonly memberClass?: { readonly code?: string }
  readonly memberCode?: string
  readonly name?: string
  readonly subsystem?: readonly {
    readonly id?: string
    readonly subsystemCode?: string
    readonly subsystemName?: string
  }[]
}
interface Server {
  readonly owner?: string
  readonly serverCode?: string
  readonly address?: string
  readonly authCertHash?: readonly string[]
  readonly client?: readonly string[]
  readonly inMaintenanceMode?: '' | { readonly message?: string }
}
interface GroupMember {
  readonly xRoadInstance?: string
  readonly memberClass?: string
  readonly memberCode?: string
  readonly subsystemCode?: string
}

const repeated = new Set(
  'approvedCA intermediateCA member subsystem securityServer authCertHash client globalGroup groupMember'.split(' '),
)
const parser = new XMLParser({
  removeNSPrefix: true,
  parseTagValue: false,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => repeated.has(name),
})

/**
 * Who exists and who hosts whom, by shared parameters of version 3 or newer that have been verified. Servers that
 * `runs` says do not run are tried last.
 */
export function readSharedParameters(xml: string, runs: (code: string) => boolean = () => true): GlobalConfiguration {
  const { conf = {} } = parser.parse(xml) as { conf?: Conf }
  const instance = conf.instanceIdentifier ?? ''
  const references = new Map<string, ClientId>()
  const members = (conf.member ?? []).map((member) => readMember(member, instance, references))
  const servers = (conf.securityServer ?? []).flatMap((server) => readServer(server, references, runs))
  const owners = new Set(servers.map(({ id }) => formatPath(id.owner)))
  const groups = (conf.globalGroup ?? []).map(
    ({ groupCode = '', groupMember = [] }) => [groupCode, new Set(groupMember.map(pathOf))] as const,
  )
  return {
    instance,
    members,
    servers,
    authorities: (conf.approvedCA ?? [])
      .flatMap(({ topCA, intermediateCA = [] }) => [topCA?.cert, ...intermediateCA.map(({ cert }) => cert)])
      .flatMap((cert) => (cert === undefined ? [] : new X509Certificate(Buffer.from(cert, 'base64')).toString())),
    groups: new Map([['security-server-owners', owners], ...groups]),
  }
}

/** Notes, too, what the XML identifiers of a member and its subsystems refer to. */
function readMember(
  { id, memberClass, memberCode = '', name = '', subsystem = [] }: Member,
  instance: string,
  references: Map<string, ClientId>,
): GlobalMember {
  const member = clientId(instance, memberClass?.code ?? '', memberCode)
  references.set(id ?? '', member)
  const subsystems = subsystem.map(({ id: reference, subsystemCode = '', subsystemName }) => {
    const named = clientId(instance, member.memberClass, memberCode, subsystemCode)
    references.set(reference ?? '', named)
    return { id: named, name: subsystemName }
  })
  return { id: member, name, subsystems }
}

function readServer(
  { owner = '', serverCode: code = '', address = '', authCertHash = [], client = [], inMaintenanceMode }: Server,
  references: ReadonlyMap<string, ClientId>,
  runs: (code: string) => boolean,
): GlobalServer[] {
  const owning = references.get(owner)
  if (owning === undefined) return []
  const hosted = [owner, ...client].flatMap((reference) => references.get(reference) ?? [])
  const message = typeof inMaintenanceMode === 'object' ? inMaintenanceMode.message : undefined
  return [
    {
      id: { kind: 'server', owner: memberOf(owning), serverCode: code },
      code,
      address,
      running: runs(code),
      clients: new Set(hosted.map(formatPath)),
      maintenance: inMaintenanceMode === undefined ? undefined : { message },
      authenticationCertificates: new Set(authCertHash.map((hash) => Buffer.from(hash, 'base64').toString('hex'))),
    },
  ]
}

function pathOf({ xRoadInstance = '', memberClass = '', memberCode = '', subsystemCode }: GroupMember): string {
  return formatPath(clientId(xRoadInstance, memberClass, memberCode, subsystemCode))
}
