import { sharedSchemas } from './answerSchemas.js';
import type { ControlMethod } from './method.js';
import { type ProblemCode, statuses } from './requestProblem.js';

/** How every method can fail. */
const usual: readonly ProblemCode[] = ['bad-request', 'unauthorized', 'forbidden', 'method-not-allowed', 'internal'];

/** The description of the control server in the format OpenAPI 3.1, made of the table of its methods. */
export const openApi = (methods: readonly ControlMethod[], version: string) => ({
  openapi: '3.1.0',
  info: {
    title: 'proteus-cluster control',
    version,
    description:
      'Operates the clusters of one master. On its Unix socket no token is needed, because only the user who runs the master can connect; on TCP each request has it.',
  },
  servers: [{ url: '/v1' }],
  security: [{}, { token: [] }],
  paths: Object.fromEntries(methods.map((method) => [`/${method.name}`, pathOf(method)])),
  components: {
    schemas: sharedSchemas,
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
  },
});

const pathOf = (method: ControlMethod) => {
  const { verb, name, about, parameters, problems = [] } = method;
  const body = verb === 'POST';
  const failures: readonly ProblemCode[] = [
    ...usual,
    ...problems,
    ...(body ? (['too-large'] as const) : []),
    ...(method.answers === 'value' ? [] : (['unavailable'] as const)),
  ];
  const schema = { type: 'object', ...parameters, additionalProperties: false };
  return {
    [verb.toLowerCase()]: {
      operationId: name,
      summary: about,
      ...(body
        ? {
            requestBody: {
              required: (parameters.required ?? []).length > 0,
              content: { 'application/json': { schema } },
            },
          }
        : { parameters: queryOf(method) }),
      responses: {
        200: { description: 'The answer.', content: contentOf(method) },
        ...Object.fromEntries(failures.map((code) => [statuses[code], failure(code)])),
      },
    },
  };
};

const queryOf = ({ parameters: { properties, required = [] } }: ControlMethod) =>
  Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));

/** Of a stream, the schema is that of each line. */
const contentOf = ({ answer, answers, line = answer }: ControlMethod) => ({
  ...(answers !== 'stream' && { 'application/json': { schema: answer } }),
  ...(answers !== 'value' && {
    'application/x-ndjson': { schema: line },
    'text/event-stream': { schema: line },
  }),
});

const failure = (code: ProblemCode) => ({
  description: code,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
