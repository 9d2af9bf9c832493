import type { Deviations } from './deviation.ts'

/** Misbehaviours towards providers, and in what of their answers is passed on. */
export const providerDeviations: Deviations = {
  'serve-outdated-servers': () => ({ isAtLeast: () => true }),
  'wait-for-providers': () => ({ timeLimit: (configured) => configured * 10 }),
  'prefix-provider-faults': () => ({
    providerFault: (xml) =>
      Buffer.from(xml.toString().replace(/<faultcode>/, '<faultcode>server.serverproxy.service_failed.')),
  }),
  'foreign-header-in-fault': (faithful) => ({
    renderSoapFault(fault) {
      const rendered = faithful.renderSoapFault(fault)
      const text = rendered.body.toString().replace(/(<([\w-]+:)?Body>)/, (body) => `${foreignHeader}${body}`)
      return { ...rendered, body: Buffer.from(text) }
    },
  }),
}

const foreignHeader =
  '<SOAP-ENV:Header><xro:id xmlns:xro="http://x-road.eu/xsd/xroad.xsd">another</xro:id></SOAP-ENV:Header>'
