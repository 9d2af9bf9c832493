/** Describes `getRandom` and `helloService` v1 at an address, as a WSDL 1.1 document (document/literal). */
export function testServiceWsdl(address: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions name="testService" targetNamespace="http://test.x-road.fi/producer"
    xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema"
    xmlns:xrd="http://x-road.eu/xsd/xroad.xsd"
    xmlns:tns="http://test.x-road.fi/producer">
  <wsdl:types>
    <xsd:schema targetNamespace="http://test.x-road.fi/producer" elementFormDefault="qualified">
      <xsd:import namespace="http://x-road.eu/xsd/xroad.xsd" schemaLocation="http://x-road.eu/xsd/xroad.xsd"/>
      <xsd:complexType name="empty"/>
      <xsd:element name="getRandom">
        <xsd:complexType>
          <xsd:sequence>
            <xsd:element name="request" type="tns:empty" minOccurs="0"/>
          </xsd:sequence>
        </xsd:complexType>
      </xsd:element>
      <xsd:element name="getRandomResponse">
        <xsd:complexType>
          <xsd:sequence>
            <xsd:element name="request" type="tns:empty"/>
            <xsd:element name="response">
              <xsd:complexType>
                <xsd:sequence>
                  <!-- An integer from 0 to 100. The type is xsd:string for the sake of existing clients. -->
                  <xsd:element name="data" type="xsd:string"/>
                </xsd:sequence>
              </xsd:complexType>
            </xsd:element>
          </xsd:sequence>
        </xsd:complexType>
      </xsd:element>
      <xsd:complexType name="helloRequest">
        <xsd:sequence>
          <xsd:element name="name" type="xsd:string"/>
        </xsd:sequence>
      </xsd:complexType>
      <xsd:element name="helloService">
        <xsd:complexType>
          <xsd:sequence>
            <xsd:element name="request" type="tns:helloRequest"/>
          </xsd:sequence>
        </xsd:complexType>
      </xsd:element>
      <xsd:element name="helloServiceResponse">
        <xsd:complexType>
          <xsd:sequence>
            <xsd:element name="request" type="tns:helloRequest"/>
            <xsd:element name="response">
              <xsd:complexType>
                <xsd:sequence>
                  <xsd:element name="message" type="xsd:string"/>
                </xsd:sequence>
              </xsd:complexType>
            </xsd:element>
          </xsd:sequence>
        </xsd:complexType>
      </xsd:element>
    </xsd:schema>
  </wsdl:types>
  <wsdl:message name="requestHeader">
${headerParts.map((part) => `    <wsdl:part name="${part}" element="xrd:${part}"/>`).join('\n')}
  </wsdl:message>
${operations.map(({ name }) => messages(name)).join('\n')}
  <wsdl:portType name="testServicePortType">
${operations.map(({ name, title }) => portOperation(name, title)).join('\n')}
  </wsdl:portType>
  <wsdl:binding name="testServiceBinding" type="tns:testServicePortType">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
${operations.map(({ name }) => bindingOperation(name)).join('\n')}
  </wsdl:binding>
  <wsdl:service name="testService">
    <wsdl:port name="testServicePort" binding="tns:testServiceBinding">
      <soap:address location="${address}"/>
    </wsdl:port>
  </wsdl:service>
</wsdl:definitions>
`
}

const headerParts = ['client', 'service', 'userId', 'id', 'issue', 'protocolVersion']

const operations = [
  { name: 'getRandom', title: 'Random number' },
  { name: 'helloService', title: 'Greeting' },
]

function messages(name: string): string {
  return [name, `${name}Response`]
    .map((message) => {
      return `  <wsdl:message name="${message}">
    <wsdl:part name="body" element="tns:${message}"/>
  </wsdl:message>`
    })
    .join('\n')
}

function portOperation(name: string, title: string): string {
  return `    <wsdl:operation name="${name}">
      <wsdl:documentation>
        <xrd:title xml:lang="en">${title}</xrd:title>
      </wsdl:documentation>
      <wsdl:input message="tns:${name}"/>
      <wsdl:output message="tns:${name}Response"/>
    </wsdl:operation>`
}

function bindingOperation(name: string): string {
  const headers = headerParts
    .map((part) => `        <soap:header message="tns:requestHeader" part="${part}" use="literal"/>`)
    .join('\n')
  return `    <wsdl:operation name="${name}">
      <soap:operation soapAction="" style="document"/>
      <xrd:version>v1</xrd:version>
      <wsdl:input>
        <soap:body parts="body" use="literal"/>
${headers}
      </wsdl:input>
      <wsdl:output>
        <soap:body parts="body" use="literal"/>
${headers}
      </wsdl:output>
    </wsdl:operation>`
}
