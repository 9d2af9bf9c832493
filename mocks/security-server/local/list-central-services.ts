import { fault } from '../../fault/fault.ts'
import type { ConsumerContext } from '../message-context.ts'
import type { LocalAnswer } from './local-answer.ts'

/** The central services of an instance, of which there are none here: X-Road 7.3 gave them up. */
export function listCentralServices(
  { global, decisions, profile: { quirks, engine } }: ConsumerContext,
  parameters: URLSearchParams,
): LocalAnswer {
  const instance = parameters.get('xRoadInstance') ?? ''
  if (decisions.listedInstance(instance, global) === undefined) throw fault('instanceUnknownToList', { instance })
  const list = [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    '<ns2:centralServiceList xmlns:ns1="http://x-road.eu/xsd/identifiers" xmlns:ns2="http://x-road.eu/xsd/xroad.xsd"/>\n',
  ]
  return {
    status: 200,
    headers: [['Content-Type', quirks.soapAnswerType]],
    body: Buffer.from(list.join('\n')),
    framing: engine.answerFraming,
  }
}
