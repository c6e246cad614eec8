/**
 * Variables in the text of a pushed payload, filled in for each task anew. Pure: the page previews with the same code.
 *
 *     {{n}}        number of the task in this push, from 1
 *     {{uuid}}     a random UUID (version 4)
 *     {{now}}      time of the push of this task, ms since 1970
 *     {{nowIso}}   the same as 2026-01-31T12:00:00.000Z
 *     {{random}}   a random number from 0 up to, not including, 1
 *     \{{          two braces as they are
 *
 * Blanks inside the braces do not count: {{ n }}. Two braces that enclose no word, as in nested JSON, are text.
 */
export const TEMPLATE_VARIABLES = ['n', 'uuid', 'now', 'nowIso', 'random'] as const
type TemplateVariable = (typeof TEMPLATE_VARIABLES)[number]

interface TemplateValues {
  readonly n: number
  readonly nowMs: number
  readonly uuid: () => string
  /** From 0 up to, not including, 1. */
  readonly random: () => number
}

/** `at`: position of its first brace in the text. */
export interface TemplateFault {
  readonly at: number
  readonly message: string
}

export interface PushTemplate {
  /** Whether tasks from it differ at all. */
  readonly variables: readonly TemplateVariable[]
  expand(values: TemplateValues): string
}

const VARIABLE = /\\\{\{|\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}/g

/** The template, or where and why it is none. */
export function parsePushTemplate(text: string): { template: PushTemplate } | { fault: TemplateFault } {
  const parts: (string | { readonly variable: TemplateVariable })[] = []
  let last = 0
  for (const match of text.matchAll(VARIABLE)) {
    parts.push(text.slice(last, match.index))
    last = match.index + match[0].length
    const [, name] = match
    if (name === undefined) parts.push('{{')
    else if (isVariable(name)) parts.push({ variable: name })
    else return { fault: { at: match.index, message: toFaultMessage(text, match.index, name) } }
  }
  parts.push(text.slice(last))
  return {
    template: {
      variables: parts.flatMap((part) => (typeof part === 'string' ? [] : [part.variable])),
      expand: (values) =>
        parts.map((part) => (typeof part === 'string' ? part : toValue(part.variable, values))).join(''),
    },
  }
}

function isVariable(name: string): name is TemplateVariable {
  return (TEMPLATE_VARIABLES as readonly string[]).includes(name)
}

function toValue(variable: TemplateVariable, { n, nowMs, uuid, random }: TemplateValues): string {
  switch (variable) {
    case 'n':
      return String(n)
    case 'uuid':
      return uuid()
    case 'now':
      return String(nowMs)
    case 'nowIso':
      return new Date(nowMs).toISOString()
    case 'random':
      return String(random())
  }
}

function toFaultMessage(text: string, at: number, name: string): string {
  const before = text.slice(0, at).split('\n')
  const known = TEMPLATE_VARIABLES.map((variable) => `{{${variable}}}`).join(', ')
  return `Line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: there is no variable {{${name.slice(0, 40)}}}. Known are ${known}; write \\{{ for two braces.`
}
