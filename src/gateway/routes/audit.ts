/**
 * `/v1/audit`: the log as tlog-tiles lays it out, and proofs computed on request. The prefix serves
 * `checkpoint` and `tile/...`, so a verifier can read it like a directory.
 *
 * @see https://c2sp.org/tlog-tiles
 */

import { Hono } from 'hono'
import { ReplayRequest } from '../../model/api.ts'
import type { Service } from '../../pipeline/ports.ts'
import type { GatewayEnvironment } from '../environment.ts'
import { ENTRY_NOT_VISIBLE, parseIndex, readBody, readIntegers } from '../read-request.ts'
import { respondBytes, respondProblem } from '../respond.ts'
import { toReplayView } from '../views.ts'

const TILE_PATH = /^tile\/(entries|[0-9]{1,2})\/(x\d{3}\/)*\d{3}(\.p\/[1-9]\d{0,2})?$/

export function createAuditRoutes(service: Service): Hono<GatewayEnvironment> {
  const routes = new Hono<GatewayEnvironment>()

  routes.get('/v1/audit/checkpoint', (c) => {
    const checkpoint = service.checkpoint(c.get('principal'))
    return checkpoint.ok ? c.text(checkpoint.value) : respondProblem(c, checkpoint.problem)
  })

  routes.get('/v1/audit/trust', (c) => {
    const policy = service.trustPolicy(c.get('principal'))
    return policy.ok ? c.text(policy.value) : respondProblem(c, policy.problem)
  })

  routes.get('/v1/audit/entries/:index', async (c) => {
    const index = parseIndex(c.req.param('index'))
    if (index === undefined) return respondProblem(c, ENTRY_NOT_VISIBLE)
    const leaf = await service.auditLeaf(c.get('principal'), index)
    if (!leaf.ok) return respondProblem(c, leaf.problem)
    return respondBytes(c, leaf.value, { 'content-type': 'application/json' })
  })

  routes.get('/v1/audit/proofs/inclusion', async (c) => {
    const query = readIntegers(c, ['index', 'size'])
    if (!query.ok) return respondProblem(c, query.problem)
    const { index, size } = query.value
    const proof = await service.inclusionProof(c.get('principal'), index, size)
    return proof.ok ? c.json({ hashes: proof.value }) : respondProblem(c, proof.problem)
  })

  routes.get('/v1/audit/proofs/consistency', async (c) => {
    const query = readIntegers(c, ['from', 'to'])
    if (!query.ok) return respondProblem(c, query.problem)
    const { from, to } = query.value
    const proof = await service.consistencyProof(c.get('principal'), from, to)
    return proof.ok ? c.json({ hashes: proof.value }) : respondProblem(c, proof.problem)
  })

  routes.get('/v1/audit/tile/:path{.+}', async (c) => {
    const path = `tile/${c.req.param('path')}`
    if (!TILE_PATH.test(path)) return respondProblem(c, ENTRY_NOT_VISIBLE)
    const tile = await service.tile(c.get('principal'), path)
    if (!tile.ok) return respondProblem(c, tile.problem)
    return respondBytes(c, tile.value, { 'content-type': 'application/octet-stream' })
  })

  routes.post('/v1/replays', async (c) => {
    const request = await readBody(c, ReplayRequest)
    if (!request.ok) return respondProblem(c, request.problem)
    const report = await service.replay(c.get('principal'), request.value.job)
    return report.ok ? c.json(toReplayView(report.value)) : respondProblem(c, report.problem)
  })

  return routes
}
