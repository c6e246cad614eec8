/** What `--help` prints: the usage, then one line per option. */
export function toHelp(usage: string, options: readonly (readonly [option: string, says: string])[]): string {
  const width = Math.max(...options.map(([option]) => option.length))
  const lines = options.map(([option, says]) => `  ${option.padEnd(width)}  ${says}`)
  return `${[usage, '', ...lines].join('\n')}\n`
}

/** True where somebody asks for help, whatever else is asked. */
export function isHelpRun(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end === -1 ? args : args.slice(0, end)).some(
    (argument) => argument === '--help' || argument === '-h',
  )
}
