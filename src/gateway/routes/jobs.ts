/** `/v1/jobs`: submit a query, follow it, fetch what it released. Routes translate; the pipeline decides. */

import { Hono } from 'hono'
import { JobId, JobRequest } from '../../model/job.ts'
import type { Service } from '../../pipeline/ports.ts'
import type { GatewayEnvironment } from '../environment.ts'
import { JOB_NOT_VISIBLE, readBody, readIdempotencyKey } from '../read-request.ts'
import { chooseFormat, respondResult } from '../render/result.ts'
import { respondBytes, respondProblem } from '../respond.ts'
import { jobPath, toExplanationView, toJobView } from '../views.ts'

const CANCEL = ':cancel'

export function createJobRoutes(service: Service): Hono<GatewayEnvironment> {
  const routes = new Hono<GatewayEnvironment>()

  routes.post('/v1/jobs', async (c) => {
    const key = readIdempotencyKey(c)
    if (!key.ok) return respondProblem(c, key.problem)
    const request = await readBody(c, JobRequest)
    if (!request.ok) return respondProblem(c, request.problem)
    const job = await service.submit(c.get('principal'), request.value, key.value)
    if (!job.ok) return respondProblem(c, job.problem)
    return c.json(toJobView(job.value), 202, { location: jobPath(job.value) })
  })

  routes.post('/v1/jobs:explain', async (c) => {
    const request = await readBody(c, JobRequest)
    if (!request.ok) return respondProblem(c, request.problem)
    const explained = await service.explain(c.get('principal'), request.value)
    if (!explained.ok) return respondProblem(c, explained.problem)
    return c.json(toExplanationView(explained.value))
  })

  routes.get('/v1/jobs', async (c) => {
    const jobs = await service.listJobs(c.get('principal'))
    return jobs.ok ? c.json({ jobs: jobs.value.map(toJobView) }) : respondProblem(c, jobs.problem)
  })

  routes.get('/v1/jobs/:id', async (c) => {
    const id = JobId.safeParse(c.req.param('id'))
    if (!id.success) return respondProblem(c, JOB_NOT_VISIBLE)
    const job = await service.findJob(c.get('principal'), id.data)
    return job.ok ? c.json(toJobView(job.value)) : respondProblem(c, job.problem)
  })

  routes.post('/v1/jobs/:id{.+:cancel}', async (c) => {
    const id = JobId.safeParse(c.req.param('id').slice(0, -CANCEL.length))
    if (!id.success) return respondProblem(c, JOB_NOT_VISIBLE)
    const job = await service.cancelJob(c.get('principal'), id.data)
    return job.ok ? c.json(toJobView(job.value)) : respondProblem(c, job.problem)
  })

  routes.get('/v1/jobs/:id/result', async (c) => {
    const id = JobId.safeParse(c.req.param('id'))
    if (!id.success) return respondProblem(c, JOB_NOT_VISIBLE)
    const format = chooseFormat(c)
    if (!format.ok) return respondProblem(c, format.problem)
    const result = await service.result(c.get('principal'), id.data)
    if (!result.ok) return respondProblem(c, result.problem)
    return respondResult(c, result.value, format.value)
  })

  routes.get('/v1/jobs/:id/receipt', async (c) => {
    const id = JobId.safeParse(c.req.param('id'))
    if (!id.success) return respondProblem(c, JOB_NOT_VISIBLE)
    const receipt = await service.receipt(c.get('principal'), id.data)
    if (!receipt.ok) return respondProblem(c, receipt.problem)
    return respondBytes(c, receipt.value, {
      'content-type': 'application/json',
      'content-disposition': `attachment; filename="receipt-${id.data}.json"`,
    })
  })

  return routes
}
