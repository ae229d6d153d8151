/** What an import says to a person: file, row and column, never a value. */

import { basename } from 'node:path'
import type { ImportFault, ImportTask } from '../../sandbox/protocol.ts'
import { decline, type Result } from '../model/result.ts'
import type { Text } from '../model/text.ts'
import type { WorkerFailure } from '../pipeline/ports.ts'

const REASONS: Readonly<Record<ImportFault['reason'], Text>> = {
  unreadable: {
    en: 'the file is damaged or not in the expected format',
    zh: '文件损坏或格式不符',
  },
  truncated: {
    en: 'the last line does not end with a newline, so the file may be cut off',
    zh: '末行缺少换行符，文件可能不完整',
  },
  unknown_product: {
    en: 'the file holds no table of a product of this dataset',
    zh: '文件中没有属于该数据集的数据产品',
  },
  product_twice: {
    en: 'another file already holds this product',
    zh: '该数据产品已由其他文件提供',
  },
  missing_column: { en: 'the column is missing', zh: '缺少该列' },
  extra_column: { en: 'the product does not declare this column', zh: '数据产品未声明该列' },
  duplicate_column: { en: 'the column appears twice', zh: '该列重复出现' },
  wrong_type: { en: 'the value does not have the declared type', zh: '取值不符合声明的类型' },
  null: { en: 'the value is missing', zh: '缺少取值' },
  lossy: { en: 'the value has more decimal places than declared', zh: '取值的小数位数超出声明' },
  not_finite: { en: 'the value is not finite', zh: '取值不是有限值' },
  domain: { en: 'the value is outside the declared domain', zh: '取值不在声明的值域内' },
}

export function declineFault(fault: ImportFault, sources: ImportTask['sources']): Result<never> {
  const reason = REASONS[fault.reason]
  const file = basename(sources[fault.source]?.path ?? '')
  const places: readonly Place[] = [
    [file, { en: 'file', zh: '文件' }],
    [fault.product, { en: 'product', zh: '数据产品' }],
    ...placesOfRow(fault.row),
    [fault.column, { en: 'column', zh: '列' }],
    [fault.position, { en: 'column number', zh: '列序号' }],
  ]
  const known = places.filter(([place]) => place !== undefined)
  return declineImport({
    en: `${known.map(([place, { en }]) => `${en} ${place}`.trim()).join(', ')}: ${reason.en}`,
    zh: `${known.map(([place, { zh }]) => `${zh} ${place}`.trim()).join('，')}：${reason.zh}`,
  })
}

type Place = readonly [string | number | undefined, Text]

/** One convention for every format: data rows from 1, and a header is not one of them. */
function placesOfRow(row: number | undefined): readonly Place[] {
  if (row === 0) return [['', { en: 'header', zh: '表头' }]]
  return [[row, { en: 'data row', zh: '数据行' }]]
}

export function declineMissing(path: string): Result<never> {
  return declineImport({ en: `${path}: there is no such file`, zh: `${path}：没有该文件` })
}

export function declineNoFile(path: string): Result<never> {
  return declineImport({ en: `${path}: it is not a file`, zh: `${path}：不是文件` })
}

/**
 * Workers may run as another user than whoever called for the import.
 *
 * @param closed The file, or the folder above it, that stops them.
 */
export function declineUnreadable(path: string, closed: string): Result<never> {
  const fix = closed === path ? `chmod o+r ${closed}` : `chmod o+x ${closed}`
  return declineImport({
    en: `${path} cannot be read by the workers' user: copy it to a folder that is open to others, or run "${fix}"`,
    zh: `计算进程的用户无法读取 ${path}：请将其复制到对其他用户开放的目录，或执行 “${fix}”`,
  })
}

export function declineEmpty(product: string): Result<never> {
  return declineImport({
    en: `product ${product}: no rows. If that is what you mean to publish, add --allow-empty`,
    zh: `数据产品 ${product}：没有数据行。如确需发布空表，请加 --allow-empty`,
  })
}

export function declineImport(detail: Text): Result<never> {
  return decline('import-rejected', detail)
}

/** The loader stopped without a report: too little memory or time, or a fault of ours. */
export function declineFailure(failure: WorkerFailure): Result<never> {
  return declineImport({
    en: `the import process stopped: ${failure}`,
    zh: `导入进程异常终止：${failure}`,
  })
}

export const IMPORT_PROBLEMS = {
  unknownFormat: {
    en: 'files end in .csv, .parquet, .duckdb or .db',
    zh: '文件扩展名应为 .csv、.parquet、.duckdb 或 .db',
  },
  noProduct: {
    en: 'a CSV or Parquet file needs the name of its product',
    zh: 'CSV 或 Parquet 文件须指明所属数据产品',
  },
  notVerified: {
    en: 'the new snapshot could not be read back',
    zh: '新快照未通过回读校验',
  },
} as const satisfies Readonly<Record<string, Text>>
