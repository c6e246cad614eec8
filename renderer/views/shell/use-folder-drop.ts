import { useEffect } from 'react'
import { useInspectorState, useSetup } from '../../store/use-inspector.ts'

/**
 * A folder dropped anywhere on the window opens: here, or in a window of its own where a queue is open. What is no folder
 * goes nowhere: the page must not be replaced by a dropped file. A view that takes drops itself prevents the default.
 */
export function useFolderDrop(): void {
  const { inspector, platform } = useSetup()
  const takesDrops = useInspectorState(({ host }) => host?.kind === 'desktop' && host.canOpenPath)
  useEffect(() => {
    function onDragOver(event: DragEvent): void {
      if (event.defaultPrevented) return
      event.preventDefault()
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = takesDrops ? 'copy' : 'none'
    }
    function onDrop(event: DragEvent): void {
      if (event.defaultPrevented) return
      event.preventDefault()
      const { queue, dialog } = inspector.store.get()
      const file = event.dataTransfer?.files[0]
      if (!takesDrops || dialog !== null || file === undefined) return
      if (event.dataTransfer?.items[0]?.webkitGetAsEntry()?.isDirectory !== true) return
      const path = platform.pathOfDroppedFile(file)
      if (path === null || path === '') return
      const source = { kind: 'path', path } as const
      void (queue === null ? inspector.open(source) : inspector.openElsewhere(source))
    }
    window.addEventListener('dragover', onDragOver)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('dragover', onDragOver)
      window.removeEventListener('drop', onDrop)
    }
  }, [inspector, platform, takesDrops])
}
