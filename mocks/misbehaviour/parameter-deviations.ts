import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import type { PublishingDecisions } from '../central-server/publishing-decisions.ts'
import { element, replaceElements, type XmlElement } from '../central-server/xml-element.ts'
import { anotherCertificate } from './another-certificate.ts'

/** Mistakes that a central server could make in what it publishes. */
export const parameterDeviations: Partial<Record<Misbehaviour, Partial<PublishingDecisions>>> = {
  'download-uri-in-anchor': {
    anchor: (root) => replaceElements(root, 'downloadURL', (url) => [{ ...url, name: 'downloadURI' }]),
  },
  'groups-before-servers': {
    shared(root) {
      const groups = childrenOf(root).filter(({ name }) => name === 'globalGroup')
      const others = childrenOf(root).filter(({ name }) => name !== 'globalGroup')
      const at = others.findIndex(({ name }) => name === 'securityServer')
      return { ...root, content: others.toSpliced(at, 0, ...groups) }
    },
  },
  'omit-time-stamping-interval': { private: (root) => without(root, 'timeStampingIntervalSeconds') },
  'dangling-references': {
    shared: (root) => replaceElements(root, 'client', () => [element('client', 'nobody')]),
  },
  // Scenarios see which digest it is by its length.
  'sha1-in-every-version': { shared: (root) => withHashes(root, 20) },
  'sha256-in-version-two': { shared: (root, version) => (version === 2 ? withHashes(root, 32) : root) },
  'names-in-old-versions': {
    shared: (root, version) =>
      version >= 5
        ? root
        : replaceElements(root, 'subsystem', (subsystem) => [
            { ...subsystem, content: [...childrenOf(subsystem), element('subsystemName', 'name')] },
          ]),
  },
  'omit-maintenance-mode': { shared: (root) => without(root, 'inMaintenanceMode') },
  'omit-external-certificates': { shared: (root) => without(root, 'externalVerificationCert') },
  'omit-registration-certificate': { private: (root) => without(root, 'authCertRegServiceCert') },
  'publish-another-registration-certificate': {
    private: (root) =>
      replaceElements(root, 'authCertRegServiceCert', ({ name }) => [
        element(name, anotherCertificate().toString('base64')),
      ]),
  },
  'forget-member-classes': {
    shared: (root) =>
      replaceElements(root, 'globalSettings', (settings) => [
        {
          ...settings,
          content: childrenOf(settings).filter(({ name }, index) => index === 0 || name !== 'memberClass'),
        },
      ]),
  },
  'one-class-for-all-members': {
    shared(root) {
      const first = childrenOf(root).find(({ name }) => name === 'member')
      const [memberClass] = first === undefined ? [] : childrenOf(first)
      if (memberClass === undefined) return root
      return replaceElements(root, 'member', (member) => [replaceElements(member, 'memberClass', () => [memberClass])])
    },
  },
  'publish-owners-only': {
    shared(root) {
      const members = childrenOf(root).filter(({ name }) => name === 'member')
      const memberOf = new Map(
        members.flatMap((member) => {
          const { id = '' } = member.attributes
          return childrenOf(member).map(({ attributes }) => [attributes.id ?? id, id] as const)
        }),
      )
      return replaceElements(root, 'securityServer', (server) => {
        const owner = childrenOf(server).find(({ name }) => name === 'owner')?.content
        const isOwn = ({ name, content }: XmlElement) => name !== 'client' || memberOf.get(String(content)) === owner
        return [{ ...server, content: childrenOf(server).filter(isOwn) }]
      })
    },
  },
  'tenant-owns-server': {
    shared(root) {
      const members = childrenOf(root).filter(({ name }) => name === 'member')
      return replaceElements(root, 'owner', ({ content }) => {
        const other = members.find(({ attributes }) => attributes.id !== content)
        return [element('owner', other?.attributes.id ?? String(content))]
      })
    },
  },
  'foreign-member-class': {
    shared: (root) =>
      replaceElements(root, 'globalSettings', (settings) => {
        const foreign = element('memberClass', [element('code', 'NGO'), element('description', 'NGO')])
        return [{ ...settings, content: [foreign, ...childrenOf(settings)] }]
      }),
  },
  'address-with-port': {
    shared: (root) =>
      replaceElements(root, 'securityServer', (server) => [
        replaceElements(server, 'address', ({ content }) => [element('address', `${content}:5500`)]),
      ]),
  },
  'empty-global-groups': { shared: (root) => without(root, 'groupMember') },
}

function withHashes(root: XmlElement, length: number): XmlElement {
  return replaceElements(root, 'authCertHash', ({ content }) => {
    const hash = Buffer.alloc(length, Buffer.from(String(content), 'base64'))
    return [element('authCertHash', hash.toString('base64'))]
  })
}

function childrenOf({ content }: XmlElement): readonly XmlElement[] {
  return typeof content === 'string' ? [] : content
}

function without(root: XmlElement, name: string): XmlElement {
  return replaceElements(root, name, () => [])
}
