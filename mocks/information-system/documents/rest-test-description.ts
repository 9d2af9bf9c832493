/** Describes the REST test service at a base address, as an OpenAPI 3 document. */
export function restTestDescription(baseUrl: string) {
  return {
    openapi: '3.0.3',
    info: {
      title: 'rest-test',
      version: '1.0',
      description: 'Two operations to try out a connection through the Data Exchange Layer.',
    },
    servers: [{ url: baseUrl }],
    paths: {
      '/random': {
        get: {
          operationId: 'getRandom',
          summary: 'A random number',
          responses: {
            200: answer('A random number', 'RandomNumber'),
            405: answer('The method is not GET', 'Error'),
          },
        },
      },
      '/hello': {
        get: {
          operationId: 'getHello',
          summary: 'A greeting',
          parameters: [
            {
              name: 'name',
              in: 'query',
              required: false,
              description: 'Who is greeted; nobody in particular if it is absent or blank',
              schema: { type: 'string', maxLength: 256 },
            },
          ],
          responses: {
            200: answer('A greeting', 'Greeting'),
            400: answer('The name is too long', 'Error'),
            405: answer('The method is not GET', 'Error'),
          },
        },
      },
    },
    components: {
      schemas: {
        RandomNumber: {
          type: 'object',
          required: ['data'],
          properties: { data: { type: 'integer', minimum: 0, maximum: 100 } },
        },
        Greeting: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
        Error: {
          type: 'object',
          required: ['errorMessage', 'httpStatus'],
          properties: { errorMessage: { type: 'string' }, httpStatus: { type: 'integer' } },
        },
      },
    },
  }
}

function answer(description: string, schema: string) {
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } }
}
