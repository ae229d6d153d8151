/** The questions of the demo: three that the agreements allow, one that nothing allows. */

import type { Text } from '../model/text.ts'

export type DemoAgreement = 'AGR-A' | 'AGR-B' | 'AGR-C'

export interface DemoJob {
  readonly agreement: DemoAgreement
  readonly purpose: string
  readonly question: Text
  readonly sql: string
}

export const FIRM_EXITS: DemoJob = {
  agreement: 'AGR-A',
  purpose: 'credit.enterprise.sme',
  question: {
    en: 'A credit analyst: which share of firms has closed, by age and industry?',
    zh: '信贷分析员：按企业年龄和行业统计，退出的企业占比是多少？',
  },
  sql: `SELECT CASE WHEN est_date >= DATE '2021-01-01' THEN '0-4年'
            WHEN est_date >= DATE '2016-01-01' THEN '5-9年'
            WHEN est_date >= DATE '2011-01-01' THEN '10-14年'
            ELSE '15年以上' END AS age_band,
       industry_code,
       ROUND(AVG(CASE WHEN status <> '存续' THEN 1 ELSE 0 END), 2) AS exit_rate,
       COUNT(*) AS n_ent
FROM ent_reg
GROUP BY ALL
ORDER BY n_ent DESC, age_band, industry_code`,
}

const HOSPITAL_FEES: DemoJob = {
  agreement: 'AGR-B',
  purpose: 'insurance.pricing.aggregate',
  question: {
    en: 'An insurer: what does a stay in hospital cost, by sex and age?',
    zh: '保险精算员：按性别和年龄统计，住院费用平均是多少？',
  },
  sql: `SELECT p.sex,
       LEAST(FLOOR(DATE_DIFF('year', p.birth_date, DATE '2025-12-31') / 5) * 5, 85) AS age_band,
       COUNT(*) AS claims,
       AVG(m.total_fee) AS avg_fee,
       COUNT(DISTINCT m.id_no) AS n_person
FROM mi_settle m JOIN person_base p USING (id_no)
WHERE m.med_type = '住院'
GROUP BY ALL
ORDER BY ALL`,
}

const MORNING_TRIPS: DemoJob = {
  agreement: 'AGR-C',
  purpose: 'transport.planning',
  question: {
    en: 'A transport planner: who travels from where to where between seven and nine?',
    zh: '交通规划师：早上七点到九点，客流从哪里到哪里？',
  },
  sql: `SELECT o_region, d_region,
       COUNT(*) AS trips,
       COUNT(DISTINCT card_token) AS n_card
FROM commute_od
WHERE board_hour BETWEEN 7 AND 8
GROUP BY ALL
ORDER BY trips DESC, o_region, d_region`,
}

export const ALLOWED_JOBS: readonly DemoJob[] = [FIRM_EXITS, HOSPITAL_FEES, MORNING_TRIPS]

/** Asks a database to complain about a name, in the hope that the complaint quotes it. */
export const PRYING_JOB: DemoJob = {
  agreement: 'AGR-B',
  purpose: 'insurance.pricing.aggregate',
  question: {
    en: 'Someone curious: a database that fails at this cast quotes a name in its error. Does it here?',
    zh: '有人试探：一般数据库执行这一转换会在报错中带出姓名，这里呢？',
  },
  sql: `SELECT COUNT(*) AS n
FROM person_base
WHERE CAST(name AS INTEGER) > 0`,
}
