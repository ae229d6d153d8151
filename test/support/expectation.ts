/** How policies/expectations are written: a request, the decision expected, and what follows. */

import { z } from 'zod'
import { AgreementId } from '../../src/model/agreement.ts'
import { PROBLEMS, type ProblemCode } from '../../src/model/problem.ts'

const Problem = z.custom<ProblemCode>(
  (code) => typeof code === 'string' && code in PROBLEMS,
  'no registered problem code',
)

/** `filter ent_reg.status`, or `join elec_usage.uscc = ent_reg.uscc`. */
const Use = z
  .string()
  .regex(/^(?:(?:join_key|group_key|band_key|filter|aggregate) \w+\.\w+|join \w+\.\w+ = \w+\.\w+)$/)

/** What an analyst would ask, in words -> the uses it takes. */
const Questions = z.record(z.string(), z.array(Use).min(1))

export const Expectation = z.strictObject({
  request: z.strictObject({
    /** `role@organisation` */
    principal: z.string().regex(/^[a-z]+@[a-z-]+$/),
    agreement: AgreementId,
    purpose: z.string(),
    day: z.iso.date(),
  }),
  expect: z.discriminatedUnion('decision', [
    z.strictObject({
      decision: z.literal('granted'),
      mode: z.enum(['threshold', 'dp']),
      release: z.string(),
    }),
    z.strictObject({ decision: z.literal('refused'), problem: Problem }),
  ]),
  may: Questions.default({}),
  mayNot: Questions.default({}),
  /** Products that are shut for all, whatever an agreement says. */
  shut: z.record(z.string(), Problem).default({}),
})
export type Expectation = z.infer<typeof Expectation>
