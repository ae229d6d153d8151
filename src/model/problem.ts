/**
 * Every problem this service reports, as RFC 9457 problem types with code, article and remedy.
 *
 * Codes are public and permanent: clients branch on them, and the audit log stores them. A detail
 * may name the caller's own input (columns, functions, limits, budget). It never quotes data or an
 * engine message, because the engine puts row values into its messages.
 */

import type { Text } from './text.ts'

interface ProblemType {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503
  readonly title: Text
  readonly remedy: Text
  /** Articles behind the rule, as `instrument-article`, where one exists. */
  readonly basis: readonly string[]
}

export const PROBLEMS = {
  'request-invalid': {
    status: 400,
    title: { en: 'The request does not match its schema', zh: '请求不符合接口格式' },
    remedy: { en: 'Correct the named fields.', zh: '请修正所列字段。' },
    basis: [],
  },
  unauthenticated: {
    status: 401,
    title: { en: 'No valid identity was presented', zh: '未提供有效身份' },
    remedy: {
      en: 'Send a valid token as "Authorization: Bearer ...".',
      zh: '请以 “Authorization: Bearer …” 提供有效令牌。',
    },
    basis: [],
  },
  'right-not-granted': {
    status: 403,
    title: { en: 'Your role does not include this action', zh: '您的角色无权执行此操作' },
    remedy: { en: 'Ask someone whose role includes it.', zh: '请由具备相应角色的人员办理。' },
    basis: [],
  },
  'no-agreement': {
    status: 403,
    title: { en: 'No agreement permits this', zh: '没有授权运营协议允许此操作' },
    remedy: {
      en: 'Name an agreement to which your organisation is a party.',
      zh: '请填写贵单位作为当事方的协议。',
    },
    basis: ['004-11'],
  },
  'agreement-expired': {
    status: 403,
    title: { en: 'The agreement is outside its term', zh: '协议不在有效期内' },
    remedy: { en: 'Renew the agreement.', zh: '请续签协议。' },
    basis: ['004-11'],
  },
  'agreement-suspended': {
    status: 403,
    title: { en: 'The agreement is suspended', zh: '协议已暂停' },
    remedy: {
      en: 'Complete the rectification that the implementing agency ordered.',
      zh: '请完成实施机构要求的整改。',
    },
    basis: ['004-16', '003-39'],
  },
  'agreement-inactive': {
    status: 403,
    title: { en: 'The agreement is not in force', zh: '协议未生效' },
    remedy: { en: 'Wait until it is active.', zh: '请待协议生效后再提交。' },
    basis: ['004-11'],
  },
  'purpose-mismatch': {
    status: 403,
    title: { en: 'The purpose is not the one agreed', zh: '用途与协议约定不符' },
    remedy: {
      en: 'Use an agreement whose purpose is yours.',
      zh: '请使用用途相符的协议。',
    },
    basis: ['002-34', '004-15'],
  },
  'output-type-not-allowed': {
    status: 403,
    title: { en: 'The agreement does not permit this kind of output', zh: '协议不允许此类输出' },
    remedy: { en: 'Ask for an output the agreement lists.', zh: '请申请协议所列的输出类型。' },
    basis: ['004-15'],
  },
  'table-not-authorised': {
    status: 403,
    title: { en: 'The agreement does not include this table', zh: '协议未授权该数据资源' },
    remedy: {
      en: 'Use the tables your agreement lists, or apply for this one.',
      zh: '请使用协议所列数据资源，或申请扩大授权范围。',
    },
    basis: ['004-15'],
  },
  'column-not-authorised': {
    status: 403,
    title: { en: 'The agreement does not include this column', zh: '协议未授权该数据项' },
    remedy: {
      en: 'Use the columns your agreement lists, or apply for this one.',
      zh: '请使用协议所列数据项，或申请扩大授权范围。',
    },
    basis: ['004-15'],
  },
  'column-use-not-allowed': {
    status: 403,
    title: { en: 'The column may not be used this way', zh: '该数据项不允许此种用法' },
    remedy: {
      en: 'Use the column only in the ways your agreement lists.',
      zh: '请按协议约定的用法使用该数据项。',
    },
    basis: ['004-15', '000-9'],
  },
  'join-not-authorised': {
    status: 403,
    title: { en: 'The agreement does not include this join', zh: '协议未授权该关联' },
    remedy: {
      en: 'Join only along the pairs of columns your agreement lists.',
      zh: '请仅按协议列明的字段对进行关联。',
    },
    basis: ['004-15'],
  },
  'negative-list': {
    status: 403,
    title: { en: 'The resource is on the negative list', zh: '该资源在负面清单内' },
    remedy: { en: 'This resource may not be operated.', zh: '该资源不得授权运营。' },
    basis: ['004-5'],
  },
  'core-data': {
    status: 403,
    title: { en: 'The resource is graded as core data', zh: '该资源属于核心数据' },
    remedy: { en: 'Core data may not be operated.', zh: '核心数据不得授权运营。' },
    basis: ['003-30'],
  },
  'emergency-only': {
    status: 403,
    title: {
      en: 'The resource was collected for an emergency only',
      zh: '该资源仅限突发事件应对使用',
    },
    remedy: { en: 'It may not be used for this purpose.', zh: '不得用于此用途。' },
    basis: ['002-16'],
  },
  'no-provider-consent': {
    status: 403,
    title: { en: 'The provider has not consented', zh: '数据提供单位未同意' },
    remedy: { en: 'Obtain the consent of the provider.', zh: '请取得数据提供单位同意。' },
    basis: ['004-5'],
  },
  'route-not-found': {
    status: 404,
    title: { en: 'No such route', zh: '没有该接口' },
    remedy: { en: 'See the README for the routes.', zh: '接口清单见 README。' },
    basis: [],
  },
  'method-not-allowed': {
    status: 405,
    title: { en: 'The route does not know this method', zh: '该接口不支持此方法' },
    remedy: {
      en: 'Use a method that the Allow header lists.',
      zh: '请使用 Allow 响应头所列的方法。',
    },
    basis: [],
  },
  'job-not-found': {
    status: 404,
    title: { en: 'No such job', zh: '没有该作业' },
    remedy: { en: 'Check the job id.', zh: '请核对作业编号。' },
    basis: [],
  },
  'entry-not-found': {
    status: 404,
    title: { en: 'The log holds no such entry or checkpoint', zh: '日志中没有该条目或检查点' },
    remedy: {
      en: 'Ask for an index below the published size.',
      zh: '请使用小于已发布规模的序号。',
    },
    basis: [],
  },
  'job-state-conflict': {
    status: 409,
    title: { en: 'The job cannot do this in its current state', zh: '作业当前状态不允许此操作' },
    remedy: {
      en: 'Look at the state of the job: results exist once it is released.',
      zh: '请查看作业状态：放行后才有结果。',
    },
    basis: [],
  },
  'idempotency-conflict': {
    status: 409,
    title: { en: 'The idempotency key was used for another request', zh: '幂等键已用于其他请求' },
    remedy: { en: 'Send a new key with a new request.', zh: '新的请求请使用新的幂等键。' },
    basis: [],
  },
  'request-too-large': {
    status: 413,
    title: { en: 'The request body is too large', zh: '请求体过大' },
    remedy: { en: 'Send a shorter statement.', zh: '请缩短语句。' },
    basis: [],
  },
  'media-type-unsupported': {
    status: 415,
    title: { en: 'The body is not declared as JSON', zh: '请求体未声明为 JSON' },
    remedy: {
      en: 'Send it with "content-type: application/json".',
      zh: '请以 “content-type: application/json” 发送。',
    },
    basis: [],
  },
  'sql-syntax': {
    status: 422,
    title: { en: 'The text is not one SELECT statement', zh: '文本不是单条 SELECT 语句' },
    remedy: {
      en: 'Submit exactly one SELECT in DuckDB syntax.',
      zh: '请提交一条符合 DuckDB 语法的 SELECT 语句。',
    },
    basis: [],
  },
  'statement-not-allowed': {
    status: 422,
    title: { en: 'Only one SELECT statement may be submitted', zh: '只允许提交一条 SELECT 语句' },
    remedy: { en: 'Submit exactly one SELECT.', zh: '请只提交一条 SELECT 语句。' },
    basis: ['004-12'],
  },
  'sql-unsupported': {
    status: 422,
    title: {
      en: 'The query uses SQL outside the supported language',
      zh: '查询使用了不支持的 SQL 语法',
    },
    remedy: {
      en: 'Rewrite the marked part with the supported forms in docs/sql.md.',
      zh: '请按 docs/sql.md 所列支持的写法改写标出的部分。',
    },
    basis: [],
  },
  'sql-too-complex': {
    status: 422,
    title: { en: 'The query is larger than the planner accepts', zh: '查询超出规模上限' },
    remedy: { en: 'Split the query.', zh: '请拆分查询。' },
    basis: [],
  },
  'function-not-allowed': {
    status: 422,
    title: { en: 'The function is not on the allow-list', zh: '该函数不在允许清单内' },
    remedy: {
      en: 'Use a function listed in docs/sql.md.',
      zh: '请使用 docs/sql.md 所列函数。',
    },
    basis: ['004-12'],
  },
  'unknown-name': {
    status: 422,
    title: { en: 'A name could not be resolved', zh: '存在无法解析的名称' },
    remedy: { en: 'Check the spelling of the name.', zh: '请核对名称。' },
    basis: [],
  },
  'ambiguous-name': {
    status: 422,
    title: { en: 'A name has more than one meaning here', zh: '名称存在歧义' },
    remedy: { en: 'Qualify the name with its table.', zh: '请用表名限定该名称。' },
    basis: [],
  },
  'row-level-output': {
    status: 422,
    title: {
      en: 'The query would return rows of protected data',
      zh: '查询将输出受保护数据的明细行',
    },
    remedy: {
      en: 'Aggregate with GROUP BY and count, sum or avg.',
      zh: '请使用 GROUP BY 与 count、sum 或 avg 汇总。',
    },
    basis: ['004-12', '004-17'],
  },
  'identifier-output': {
    status: 422,
    title: { en: 'The query would single out privacy units', zh: '查询将识别到具体个人或企业' },
    remedy: {
      en: 'Group by attributes that many share, not by an identifier.',
      zh: '请按多人共有的属性分组，不要按标识分组。',
    },
    basis: ['004-12', '003-13'],
  },
  'identifier-predicate': {
    status: 422,
    title: { en: 'Identifiers may not appear in conditions', zh: '标识字段不得用于条件' },
    remedy: {
      en: 'Use identifiers only to join tables and to count distinct units.',
      zh: '标识字段仅可用于表关联和去重计数。',
    },
    basis: ['004-15'],
  },
  'import-rejected': {
    status: 422,
    title: { en: 'The file does not match the product', zh: '文件与数据产品定义不符' },
    remedy: {
      en: 'Correct the named file, row and column; nothing was published.',
      zh: '请修正所列文件、行与列；未发布任何内容。',
    },
    basis: [],
  },
  'too-many-cells': {
    status: 422,
    title: {
      en: 'The result has more cells than the policy releases at once',
      zh: '结果单元格数超过策略上限',
    },
    remedy: { en: 'Group more coarsely.', zh: '请使用更粗的分组。' },
    basis: [],
  },
  'mode-not-supported': {
    status: 422,
    title: { en: 'The release mode cannot answer this query', zh: '当前发布模式不支持该查询' },
    remedy: { en: 'Use the aggregates that the mode supports.', zh: '请使用该模式支持的汇总。' },
    basis: [],
  },
  'budget-exhausted': {
    status: 422,
    title: { en: 'The privacy budget cannot pay for this query', zh: '隐私预算不足' },
    remedy: {
      en: 'Ask fewer or coarser questions, or ask the steward about the budget.',
      zh: '请减少查询或放宽粒度，或与数据管理员商议预算。',
    },
    basis: ['004-15'],
  },
  'output-withheld': {
    status: 422,
    title: { en: 'The release rules withheld the output', zh: '发布规则未放行该结果' },
    remedy: { en: 'Group more coarsely.', zh: '请使用更粗的分组。' },
    basis: ['004-15'],
  },
  'job-cancelled': {
    status: 409,
    title: { en: 'The job was cancelled', zh: '作业已取消' },
    remedy: { en: 'Submit it again.', zh: '请重新提交。' },
    basis: [],
  },
  'too-many-jobs': {
    status: 429,
    title: { en: 'Too many jobs are waiting', zh: '排队作业过多' },
    remedy: { en: 'Submit again later.', zh: '请稍后再提交。' },
    basis: [],
  },
  'operator-held': {
    status: 403,
    title: {
      en: 'The jobs of this organisation are held after an attack on a worker',
      zh: '因计算进程遭受攻击，该单位的作业已被暂停',
    },
    remedy: {
      en: 'Ask the steward, who has been alerted.',
      zh: '请联系数据管理员，其已收到告警。',
    },
    basis: [],
  },
  'execution-failed': {
    status: 500,
    title: { en: 'The job did not complete', zh: '作业未能完成' },
    remedy: { en: 'Submit a simpler query or try later.', zh: '请简化查询或稍后再试。' },
    basis: [],
  },
  'internal-error': {
    status: 500,
    title: { en: 'Unexpected failure', zh: '意外错误' },
    remedy: { en: 'The failure was logged; try again later.', zh: '故障已记录，请稍后再试。' },
    basis: [],
  },
  'result-damaged': {
    status: 500,
    title: { en: 'The stored result no longer matches its receipt', zh: '所存结果与回执不符' },
    remedy: {
      en: 'Keep your receipt and tell the steward; an auditor can replay the job.',
      zh: '请保留回执并通知数据管理员；审计人员可重放该作业。',
    },
    basis: [],
  },
  'log-unavailable': {
    status: 503,
    title: { en: 'The audit log is not accepting entries', zh: '审计日志暂不可写' },
    remedy: { en: 'Try again later.', zh: '请稍后再试。' },
    basis: ['004-16'],
  },
  'isolation-unavailable': {
    status: 503,
    title: {
      en: 'This system cannot seal workers as the policy demands',
      zh: '本机隔离等级低于策略要求',
    },
    remedy: {
      en: 'Run "glovebox doctor" and follow its hints.',
      zh: '请运行 “glovebox doctor” 并按提示处理。',
    },
    basis: [],
  },
  'snapshot-missing': {
    status: 503,
    title: { en: 'No snapshot of this dataset has been imported', zh: '该数据集尚未导入快照' },
    remedy: { en: 'Ask the steward to import one.', zh: '请联系数据管理员导入。' },
    basis: [],
  },
} as const satisfies Record<string, ProblemType>

export type ProblemCode = keyof typeof PROBLEMS

/** A place in the caller's SQL, both counted from 1; columns count UTF-16 code units. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/** An expected negative answer. Returned, never thrown. */
export interface Problem {
  readonly code: ProblemCode
  readonly detail: Text
  readonly at?: TextPosition
}

/** The RFC 9457 members, then what a client acts on. */
export interface ProblemDetails {
  readonly type: string
  readonly title: string
  readonly status: ProblemType['status']
  readonly detail: string
  readonly instance: string
  readonly code: ProblemCode
  readonly remedy: string
  readonly basis: readonly string[]
  readonly at?: TextPosition
  readonly zh: { readonly title: string; readonly detail: string; readonly remedy: string }
}

export function toProblemDetails(problem: Problem, instance: string): ProblemDetails {
  const { status, title, remedy, basis } = PROBLEMS[problem.code]
  return {
    type: `/problems/${problem.code}`,
    title: title.en,
    status,
    detail: problem.detail.en,
    instance,
    code: problem.code,
    remedy: remedy.en,
    basis,
    ...(problem.at === undefined ? {} : { at: problem.at }),
    zh: { title: title.zh, detail: problem.detail.zh, remedy: remedy.zh },
  }
}
