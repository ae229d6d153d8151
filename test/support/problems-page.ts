/** Renders the registry of problems as docs/problems.md, so that the page cannot fall behind it. */

import { PROBLEMS } from '../../src/model/problem.ts'

/** The texts that `basis` names by number. */
export const INSTRUMENTS: Readonly<Record<string, string>> = {
  '000': '江西省数据应用条例',
  '002': '江苏省数据条例',
  '003': '江西省公共数据管理办法',
  '004': '江西省公共数据资源授权运营管理办法（试行）',
}

const INTRODUCTION = `# Problems

Generated from \`src/model/problem.ts\` by \`npm run docs\`; a test compares.

Every refusal and failure is a problem document (RFC 9457). Its \`type\` is \`/problems/<code>\`, its
\`code\` is permanent: branch on it, not on words. \`detail\` says what is wrong with this request, in
English and under \`zh\` in Chinese; it may quote the request, never data. \`at\`, where present, is the
place in the SQL text. \`basis\` names articles, as instrument and number:

${Object.entries(INSTRUMENTS)
  .map(([id, title]) => `- ${id}: ${title}`)
  .join('\n')}
`

export function renderProblemsPage(): string {
  const sections = Object.entries(PROBLEMS).map(([code, { status, title, remedy, basis }]) => {
    const articles = basis.length === 0 ? '' : ` · Basis ${basis.join(', ')}`
    return `## ${code}

HTTP ${status}${articles}

- ${title.en}. ${remedy.en}
- ${title.zh}。${remedy.zh}
`
  })
  return [INTRODUCTION, ...sections].join('\n')
}
