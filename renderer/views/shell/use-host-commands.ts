import { useCallback, useEffect } from 'react'
import { useCopy } from '../../hooks/use-copy.ts'
import { useInspector } from '../../store/use-inspector.ts'

/** What the menus ask for on any screen. What needs a queue is in use-commands.ts. */
export function useHostCommands(): void {
  const inspector = useInspector()
  const copyDiagnostics = useCopyDiagnostics()
  useEffect(
    () =>
      inspector.host.onCommand((command) => {
        if (command === 'settings') inspector.showDialog({ kind: 'settings' })
        if (command === 'diagnostics') copyDiagnostics()
      }),
    [inspector, copyDiagnostics],
  )
}

export function useCopyDiagnostics(): () => void {
  const inspector = useInspector()
  const copy = useCopy()
  return useCallback(() => {
    void inspector.host
      .ask((client) => client.host.diagnostics())
      .then((answer) => {
        if (answer !== null) copy(answer.text, 'the diagnostics: versions, counts and health, no payloads')
      })
  }, [inspector, copy])
}
