import { describe, expect, it } from 'vitest'
import { OPERATIONS } from '../../../src/gateway/operations.ts'
import { createTestGateway } from '../../support/test-gateway.ts'

interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, { readonly parameters: { name: string }[] }>>
  readonly components: { readonly schemas: Record<string, unknown> }
}

async function readDocument(): Promise<Document> {
  const response = await createTestGateway().app.request('/openapi.json')
  return (await response.json()) as Document
}

/** `/v1/jobs/:id{.+:cancel}` is documented as `/v1/jobs/{id}:cancel`. */
function documentedPath(pattern: string): string {
  return pattern.replace(/:(\w+)(?:\{\.\+(:\w+)?\})?/g, (_, name: string, suffix = '') =>
    pattern.includes('/:') ? `{${name}}${suffix}` : `:${name}`,
  )
}

describe('/openapi.json', () => {
  it('documents exactly the routes that exist', async () => {
    const registered = createTestGateway()
      .app.routes.filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method.toLowerCase()} ${documentedPath(path)}`)
    const { paths } = await readDocument()
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(documented.sort()).toEqual([...new Set(registered)].sort())
  })

  it('refers only to schemas it defines', async () => {
    const document = await readDocument()
    const references = [
      ...JSON.stringify(document.paths).matchAll(/#\/components\/schemas\/(\w+)/g),
    ].map(([, name]) => name)
    expect(references.length).toBeGreaterThan(10)
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(references))
  })

  it('describes every parameter in words', async () => {
    const { paths } = await readDocument()
    const parameters = Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap((operation) => operation.parameters as { name: string; description: string }[])
    expect(parameters.length).toBeGreaterThan(8)
    expect(parameters.filter(({ name, description }) => name === description)).toEqual([])
  })

  it('gives every operation its own id', () => {
    expect(new Set(OPERATIONS.map(({ id }) => id)).size).toBe(OPERATIONS.length)
  })
})
