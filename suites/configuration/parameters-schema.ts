import {
  type ContentModel,
  type Item,
  identifiersNamespace,
  many,
  one,
  optional,
  sequence,
  text,
  xroadNamespace,
} from './content-model.ts'

/** A document: its root element and what that holds. */
export interface DocumentSchema {
  readonly root: string
  readonly namespace: string
  readonly content: ContentModel
}

const certificate = text('base64Binary')

const clientIdentifier = sequence(
  [one('xRoadInstance'), one('memberClass'), one('memberCode'), optional('subsystemCode')].map(
    (item): Item => ({ ...item, namespace: identifiersNamespace }),
  ),
  { attribute: 'objectType' },
)

const anchor = sequence([
  optional('generatedAt', text('dateTime')),
  one('instanceIdentifier'),
  many('source', sequence([one('downloadURL'), many('verificationCert', certificate, 1)]), 1),
])

export const anchorSchema: DocumentSchema = { root: 'configurationAnchor', namespace: xroadNamespace, content: anchor }

/** Private parameters of a version. */
export function privateParametersSchema(version: number): DocumentSchema {
  const content = sequence(
    [
      one('instanceIdentifier'),
      many('configurationAnchor', anchor),
      one(
        'managementService',
        sequence([
          one('authCertRegServiceAddress'),
          optional('authCertRegServiceCert', certificate),
          one('managementRequestServiceProviderId', clientIdentifier),
        ]),
      ),
      one('timeStampingIntervalSeconds', text('integer')),
    ],
    { open: version >= 3 },
  )
  return { root: 'conf', namespace: xroadNamespace, content }
}

/** Shared parameters of a version. */
export function sharedParametersSchema(version: number): DocumentSchema {
  const from = (first: number, item: Item) => (version >= first ? item : undefined)
  const cost = from(6, optional('costType', text('cost')))
  const memberClass = sequence([one('code'), one('description')])
  const ocsp = sequence([one('url'), optional('cert', certificate), cost])
  const authority = sequence([one('cert', certificate), many('ocsp', ocsp)])
  const certificates = ['internalVerificationCert', 'externalVerificationCert'].map((name) => many(name, certificate))
  const content = sequence(
    [
      one('instanceIdentifier'),
      from(3, many('source', sequence([one('address'), ...certificates]), 1)),
      many(
        'approvedCA',
        sequence([
          one('name'),
          optional('authenticationOnly', text('boolean')),
          one('topCA', authority),
          many('intermediateCA', authority),
          one('certificateProfileInfo'),
          from(6, optional('defaultCsrFormat', text('requestFormat'))),
          from(
            3,
            optional(
              'acmeServer',
              sequence([
                one('directoryURL'),
                optional('ipAddress'),
                from(4, optional('authenticationCertificateProfileId')),
                from(4, optional('signingCertificateProfileId')),
              ]),
            ),
          ),
        ]),
      ),
      many('approvedTSA', sequence([one('name'), one('url'), one('cert', certificate), cost])),
      many('member', memberModel(memberClass, from(5, optional('subsystemName')))),
      many(
        'securityServer',
        sequence([
          one('owner', text('reference')),
          one('serverCode'),
          optional('address'),
          many('authCertHash', certificate),
          many('client', text('reference')),
          from(5, optional('inMaintenanceMode', sequence([optional('message')]))),
        ]),
      ),
      many('globalGroup', sequence([one('groupCode'), one('description'), many('groupMember', clientIdentifier)])),
      many('centralService', sequence([one('serviceCode')], { open: true })),
      one('globalSettings', sequence([many('memberClass', memberClass), one('ocspFreshnessSeconds', text('integer'))])),
    ],
    { open: version >= 3 },
  )
  return { root: 'conf', namespace: xroadNamespace, content }
}

function memberModel(memberClass: ContentModel, subsystemName: Item | undefined): ContentModel {
  const subsystem = sequence([one('subsystemCode'), subsystemName], { attribute: 'id' })
  return sequence([one('memberClass', memberClass), one('memberCode'), one('name'), many('subsystem', subsystem)], {
    attribute: 'id',
  })
}
