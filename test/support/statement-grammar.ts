/** Random statements over the tables of agreement A, good and bad ones alike; the same seed gives the same statement. */

type Choose = <T>(options: readonly T[]) => T

const TABLES = ['ent_reg', 'elec_usage', 'mi_settle', 'no_such', 'duckdb_settings()', 'f', 'g']
const COLUMNS = [
  'scale',
  'status',
  'industry_code',
  'est_date',
  'reg_capital_wan',
  'month',
  'kwh',
  'amount_due',
  'paid_late_days',
  'uscc',
  'ent_name',
  'account_no',
  'name',
  'rowid',
  '__unit_firm',
  'v',
  'n',
]
const AGGREGATES = [
  'sum',
  'avg',
  'count',
  'stddev',
  'var_pop',
  'max',
  'min',
  'median',
  'list',
  'mode',
]
const SCALARS = [
  'abs',
  'round',
  'floor',
  'lower',
  'length',
  'sqrt',
  'hash',
  'repeat',
  'error',
  'year',
]
const OPERATORS = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '||',
  '=',
  '<',
  '<>',
  '>=',
  'AND',
  'OR',
  'IS DISTINCT FROM',
]
const LITERALS = [
  '1',
  '0',
  '0.5',
  "'大型'",
  "'2025-01'",
  "DATE '2020-01-01'",
  'NULL',
  'TRUE',
  '1e300',
]

const PLAIN_TESTS = [
  "scale = '大型'",
  "month BETWEEN '2025-01' AND '2025-06'",
  'kwh > 100',
  "est_date < '2015-01-01'",
  "status <> '存续'",
  'uscc IN (SELECT uscc FROM elec_usage WHERE kwh > 5)',
]

/** Numbers in [0, 1) from a seed. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39) >>> 0
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }
}

export function randomStatement(seed: number): string {
  const next = numbersFrom(seed * 7919 + 17)
  for (let warm = 0; warm < 4; warm++) next()
  const choose: Choose = (options) => {
    const chosen = options[Math.floor(next() * options.length)]
    if (chosen === undefined) throw new Error('nothing to choose from')
    return chosen
  }
  return new Grammar(choose, next).statement()
}

class Grammar {
  readonly #choose: Choose
  readonly #next: () => number

  constructor(choose: Choose, next: () => number) {
    this.#choose = choose
    this.#next = next
  }

  statement(): string {
    const tables = this.#maybe(0.4, () => `WITH f AS (${this.#query(2)}) `)
    const more = this.#maybe(
      0.1,
      () => ` ${this.#choose(['UNION ALL', 'EXCEPT', 'UNION'])} ${this.#query(1)}`,
    )
    return `${tables}${this.#query(2)}${more}`
  }

  #maybe(chance: number, text: () => string): string {
    return this.#next() < chance ? text() : ''
  }

  #query(depth: number): string {
    const isGrouped = this.#next() < 0.93
    const keys = Array.from({ length: Math.floor(this.#next() * 3) }, () => this.#key(depth))
    const values = Array.from({ length: 1 + Math.floor(this.#next() * 2) }, () =>
      isGrouped ? this.#aggregate(depth) : this.#value(depth),
    )
    const items = [...keys, ...values].map(
      (each, i) => `${each} AS ${this.#choose(['v', 'n', `x${i}`])}`,
    )
    const grouping = this.#choose([
      'ALL',
      ...keys,
      keys.length === 0 ? '1' : keys.join(', '),
      `ROLLUP (${keys[0] ?? 'scale'})`,
    ])
    const order = this.#choose(['ALL', '1', 'n DESC', this.#value(1)])
    return [
      `SELECT ${this.#maybe(0.1, () => 'DISTINCT ')}${items.join(', ')} FROM ${this.#relation(depth)}`,
      this.#maybe(0.5, () => `WHERE ${this.#test(depth)}`),
      isGrouped ? `GROUP BY ${grouping}` : '',
      this.#maybe(0.2, () => `HAVING ${this.#aggregate(1)} > 5`),
      this.#maybe(0.2, () => `ORDER BY ${order}`),
      this.#maybe(0.1, () => 'LIMIT 3'),
    ].join(' ')
  }

  #relation(depth: number): string {
    if (this.#next() < 0.5) return '(ent_reg JOIN elec_usage USING (uscc))'
    const kind = this.#next()
    if (depth > 0 && kind < 0.2) return `(${this.#query(depth - 1)}) g`
    if (depth > 0 && kind < 0.5) {
      const join = this.#choose(['JOIN', 'LEFT JOIN', 'FULL JOIN', 'SEMI JOIN', 'NATURAL JOIN'])
      const on =
        join === 'NATURAL JOIN' ? '' : this.#choose([' USING (uscc)', ` ON ${this.#test(1)}`])
      return `${this.#table()} ${join} ${this.#table()}${on}`
    }
    return this.#table()
  }

  #table(): string {
    return this.#next() < 0.75 ? this.#choose(['ent_reg', 'elec_usage']) : this.#choose(TABLES)
  }

  #key(depth: number): string {
    const kind = this.#next()
    if (kind < 0.8) return this.#choose(['scale', 'status', 'month', 'industry_code', 'uscc'])
    if (kind < 0.9) return `CASE WHEN ${this.#test(0)} THEN 'a' ELSE 'b' END`
    return this.#value(Math.min(depth, 1))
  }

  #aggregate(depth: number): string {
    const kind = this.#next()
    if (kind < 0.3) return 'count(*)'
    if (kind < 0.4) return `count(DISTINCT ${this.#choose(['uscc', 'scale'])})`
    const name = kind < 0.8 ? this.#choose(AGGREGATES.slice(0, 5)) : this.#choose(AGGREGATES)
    const measure = this.#choose(['kwh', 'reg_capital_wan', 'paid_late_days'])
    if (this.#next() < 0.6) return `${name}(${measure})`
    const filter = this.#maybe(0.2, () => ` FILTER (WHERE ${this.#test(0)})`)
    return `${name}(${this.#value(Math.max(0, depth - 1))})${filter}`
  }

  #value(depth: number): string {
    const kind = this.#next()
    if (kind < 0.45 || depth === 0) {
      return this.#next() < 0.8
        ? this.#choose(['kwh', 'reg_capital_wan', 'scale', 'month', 'v'])
        : this.#choose(COLUMNS)
    }
    const inner = () => this.#value(depth - 1)
    if (kind < 0.55) return this.#choose(LITERALS)
    if (kind < 0.7) return `(${inner()} ${this.#choose(OPERATORS)} ${inner()})`
    if (kind < 0.8) return `${this.#choose(SCALARS)}(${inner()})`
    if (kind < 0.88) return `CASE WHEN ${this.#test(depth - 1)} THEN ${inner()} ELSE ${inner()} END`
    if (kind < 0.94) return `least(greatest(${inner()}, 0), 100)`
    return this.#choose([
      `(SELECT ${this.#aggregate(0)} FROM ${this.#table()})`,
      `rank() OVER (ORDER BY ${inner()})`,
      `CAST(${inner()} AS ${this.#choose(['INTEGER', 'DOUBLE', 'VARCHAR', 'BLOB'])})`,
    ])
  }

  #test(depth: number): string {
    const kind = this.#next()
    if (this.#next() < 0.6) return this.#choose(PLAIN_TESTS)
    if (kind < 0.5)
      return `${this.#value(0)} ${this.#choose(['=', '>', '<>', '<='])} ${this.#choose(LITERALS)}`
    if (kind < 0.6)
      return `uscc ${this.#choose(['IN', 'NOT IN'])} (SELECT uscc FROM ${this.#table()})`
    if (kind < 0.7)
      return `${this.#value(0)} IN (${this.#choose(LITERALS)}, ${this.#choose(LITERALS)})`
    if (depth === 0) return `${this.#value(0)} IS NOT NULL`
    if (kind < 0.85)
      return `(${this.#test(depth - 1)} ${this.#choose(['AND', 'OR'])} ${this.#test(depth - 1)})`
    return `NOT (${this.#test(depth - 1)})`
  }
}
