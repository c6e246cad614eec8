import type { ReactNode } from 'react'
import type { NodeSummary } from '../../../shared/contract/model.ts'
import styles from './nodes.module.css'

/** Shape and colour; the word stands beside it. */
export function LivenessDot({ liveness }: { readonly liveness: NodeSummary['liveness'] }): ReactNode {
  return <span className={styles['dot']} data-liveness={liveness} aria-hidden />
}
