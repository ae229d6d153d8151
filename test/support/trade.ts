/** A trade data set shaped like TPC-H, small, whose privacy unit is the customer. */

import { Agreement } from '../../src/model/agreement.ts'
import { type ColumnUse, DataProduct } from '../../src/model/data-product.ts'
import type { Grant } from '../../src/model/grant.ts'
import { GRANTS } from './demo-grants.ts'
import { EngineParser } from './engine-parser.ts'

type ColumnSpec = readonly [name: string, type: string, uses: readonly ColumnUse[], bounds?: string]

const KEY: readonly ColumnUse[] = ['join_key']
const GROUP: readonly ColumnUse[] = ['group_key', 'filter']
const MEASURE: readonly ColumnUse[] = ['aggregate', 'filter']

function product(
  id: string,
  unit: string | undefined,
  columns: readonly ColumnSpec[],
): DataProduct {
  return DataProduct.parse({
    id,
    title: { en: id, zh: id },
    dataset: 'trade',
    provider: 'test',
    grade: 'general-1',
    status: 'available',
    units: unit === undefined ? [] : [{ unit: 'customer', column: unit }],
    columns: columns.map(([name, type, uses, bounds]) => ({
      name,
      title: { en: name, zh: name },
      type,
      role: 'plain',
      uses,
      ...(bounds === undefined ? {} : { measure: { lower: '0', upper: bounds, step: '0.01' } }),
    })),
  })
}

const PRODUCTS: readonly DataProduct[] = [
  product('customer', 'c_custkey', [
    ['c_custkey', 'INTEGER', KEY],
    ['c_nationkey', 'INTEGER', ['join_key', 'group_key', 'filter']],
    ['c_mktsegment', 'VARCHAR', GROUP],
    ['c_acctbal', 'DECIMAL(12,2)', MEASURE, '10000'],
  ]),
  product('orders', 'o_custkey', [
    ['o_orderkey', 'INTEGER', KEY],
    ['o_custkey', 'INTEGER', KEY],
    ['o_orderstatus', 'VARCHAR', GROUP],
    ['o_orderdate', 'DATE', GROUP],
    ['o_orderpriority', 'VARCHAR', GROUP],
    ['o_totalprice', 'DECIMAL(12,2)', MEASURE, '600000'],
  ]),
  product('lineitem', 'l_custkey', [
    ['l_orderkey', 'INTEGER', KEY],
    ['l_custkey', 'INTEGER', KEY],
    ['l_quantity', 'DECIMAL(12,2)', MEASURE, '50'],
    ['l_extendedprice', 'DECIMAL(12,2)', MEASURE, '110000'],
    ['l_discount', 'DECIMAL(12,2)', MEASURE, '1'],
    ['l_returnflag', 'VARCHAR', GROUP],
    ['l_linestatus', 'VARCHAR', GROUP],
    ['l_shipdate', 'DATE', GROUP],
    ['l_shipmode', 'VARCHAR', GROUP],
  ]),
  product('nation', undefined, [
    ['n_nationkey', 'INTEGER', ['join_key', 'group_key', 'filter']],
    ['n_name', 'VARCHAR', GROUP],
    ['n_region', 'VARCHAR', GROUP],
  ]),
]

export const TRADE_GRANT: Grant = {
  ...GRANTS.A,
  agreement: Agreement.parse({
    ...GRANTS.A.agreement,
    products: Object.fromEntries(
      PRODUCTS.map(({ id, columns }) => [
        id,
        Object.fromEntries(columns.map(({ name, uses }) => [name, uses])),
      ]),
    ),
    joins: [
      ['customer.c_custkey', 'orders.o_custkey'],
      ['customer.c_custkey', 'lineitem.l_custkey'],
      ['orders.o_custkey', 'lineitem.l_custkey'],
      ['orders.o_orderkey', 'lineitem.l_orderkey'],
      ['customer.c_nationkey', 'nation.n_nationkey'],
    ],
  }),
  products: new Map(PRODUCTS.map((each) => [each.id, each])),
}

const SCRIPT = `
CREATE MACRO pick(i, salt, l) AS l[1 + (hash(i::VARCHAR || salt) % len(l))::INT];
CREATE MACRO part(i, salt, n) AS (hash(i::VARCHAR || salt) % n)::INT;
CREATE TABLE nation AS SELECT i::INT AS n_nationkey, 'nation ' || i AS n_name,
  pick(i, 'r', ['ASIA', 'EUROPE', 'AFRICA']) AS n_region FROM range(6) t(i);
CREATE TABLE customer AS SELECT i::INT AS c_custkey, part(i, 'n', 6) AS c_nationkey,
  pick(i, 's', ['BUILDING', 'MACHINERY', 'FURNITURE']) AS c_mktsegment,
  (part(i, 'b', 900000) / 100)::DECIMAL(12,2) AS c_acctbal, i AS __unit_customer FROM range(120) t(i);
CREATE TABLE orders AS SELECT i::INT AS o_orderkey, part(i, 'c', 110) AS o_custkey,
  pick(i, 'f', ['O', 'F', 'P']) AS o_orderstatus, DATE '1995-01-01' + part(i, 'd', 900) AS o_orderdate,
  pick(i, 'p', ['1-URGENT', '2-HIGH', '5-LOW']) AS o_orderpriority,
  (part(i, 't', 40000000) / 100)::DECIMAL(12,2) AS o_totalprice, part(i, 'c', 110)::BIGINT AS __unit_customer
  FROM range(500) t(i);
CREATE TABLE lineitem AS SELECT o_orderkey AS l_orderkey, o_custkey AS l_custkey,
  (1 + part(o_orderkey * 10 + j, 'q', 50))::DECIMAL(12,2) AS l_quantity,
  (900 + part(o_orderkey * 10 + j, 'e', 9000000) / 100)::DECIMAL(12,2) AS l_extendedprice,
  (part(o_orderkey * 10 + j, 'i', 11) / 100)::DECIMAL(12,2) AS l_discount,
  pick(o_orderkey * 10 + j, 'rf', ['A', 'N', 'R']) AS l_returnflag,
  pick(o_orderkey * 10 + j, 'ls', ['O', 'F']) AS l_linestatus,
  o_orderdate + part(o_orderkey * 10 + j, 'sd', 120) AS l_shipdate,
  pick(o_orderkey * 10 + j, 'sm', ['AIR', 'MAIL', 'SHIP', 'RAIL']) AS l_shipmode, __unit_customer
  FROM orders, range(4) t(j) WHERE part(o_orderkey * 10 + j, 'x', 4) > 0;
`

export async function openTrade(): Promise<EngineParser> {
  const engine = await EngineParser.open()
  await engine.run(SCRIPT)
  return engine
}
