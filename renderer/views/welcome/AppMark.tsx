import type { ReactNode } from 'react'
import iconUrl from '../../theme/icon.svg'

/** The app's mark: the icon itself, from its one source. */
export function AppMark({ size = 40 }: { readonly size?: number }): ReactNode {
  return <img src={iconUrl} width={size} height={size} alt="" draggable={false} />
}
