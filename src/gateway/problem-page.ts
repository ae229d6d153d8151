/** The page behind a problem's `type`: what it means, what to do, which articles stand behind it. */

import { html } from 'hono/html'
import { PROBLEMS, type ProblemCode } from '../model/problem.ts'
import type { Language } from '../model/text.ts'

const WORDS = {
  en: { remedy: 'What to do', basis: 'Articles', status: 'HTTP status' },
  zh: { remedy: '处理办法', basis: '依据条款', status: 'HTTP 状态码' },
} as const

const STYLE =
  'body{font:16px/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1c2530}' +
  'code{background:#eef1f4;padding:.1em .35em;border-radius:3px}h1{font-size:1.5rem}' +
  'dt{font-weight:600;margin-top:1rem}dd{margin:0}'

export function renderProblemPage(code: ProblemCode, language: Language): ReturnType<typeof html> {
  const { title, remedy, basis, status } = PROBLEMS[code]
  const words = WORDS[language]
  const articles = basis.length > 0 && html`<dt>${words.basis}</dt><dd>${basis.join(', ')}</dd>`
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title[language]} - Glovebox</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title[language]}</h1>
<p><code>${code}</code></p>
<dl>
<dt>${words.remedy}</dt><dd>${remedy[language]}</dd>
${articles}
<dt>${words.status}</dt><dd>${status}</dd>
</dl>
</body>
</html>`
}
