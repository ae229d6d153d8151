/** The OpenAPI 3.1 document, rendered from the table of operations and the schemas of the model. */

import { z } from 'zod'
import { OPERATIONS, type Operation, SCHEMAS } from './operations.ts'

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json }

const PARAMETERS: Readonly<Record<string, string>> = {
  id: 'The job, such as job_01jd0000000000000000000000',
  index: 'Position of an entry in the log, from 0',
  path: 'Level and number of a tile, such as 0/000 or entries/000.p/17',
  code: 'The code of a problem, such as no-agreement',
  format: 'Form of the result; wins over Accept',
  size: 'Number of entries in the tree',
  from: 'Size of the smaller tree',
  to: 'Size of the larger tree',
  'Idempotency-Key': '1 to 128 visible ASCII characters',
}

export function describeApi(): unknown {
  const paths: Record<string, Record<string, Json>> = {}
  for (const operation of OPERATIONS)
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describeOperation(operation),
    }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Glovebox',
      version: '1',
      description: 'SQL over data that stays where it is; only released results come out.',
    },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(SCHEMAS).map(([name, schema]) => [name, z.toJSONSchema(schema)]),
      ),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  }
}

function describeOperation(operation: Operation): Json {
  const { id, summary, request } = operation
  return {
    operationId: id,
    summary,
    security: operation.open ? [] : [{ bearer: [] }],
    parameters: describeParameters(operation),
    ...(request && {
      requestBody: { required: true, content: { 'application/json': refer(request) } },
    }),
    responses: {
      [operation.status ?? 200]: {
        description: 'Done',
        content: Object.fromEntries(
          Object.entries(operation.answers).map(([type, answer]) => [type, describeAnswer(answer)]),
        ),
      },
      default: {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': refer('Problem') },
      },
    },
  }
}

function describeParameters({ path, query = [], headers = [] }: Operation): Json {
  return [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => describeParameter('path', name)),
    ...query.map(({ name, values }) => describeParameter('query', name, values)),
    ...headers.map((name) => describeParameter('header', name)),
  ]
}

function describeParameter(place: string, name: string, values?: readonly string[]): Json {
  const isOptional = place === 'header' || values !== undefined
  return {
    name,
    in: place,
    required: !isOptional,
    description: PARAMETERS[name] ?? name,
    schema: { type: 'string', ...(values && { enum: values }) },
  }
}

function describeAnswer(answer: Operation['answers'][string]): Json {
  if (answer === 'bytes') return {}
  if (answer === 'text') return { schema: { type: 'string' } }
  return answer === 'object' ? { schema: { type: 'object' } } : refer(answer)
}

function refer(schema: keyof typeof SCHEMAS): Json {
  return { schema: { $ref: `#/components/schemas/${schema}` } }
}
