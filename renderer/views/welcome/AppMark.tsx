import type { ReactNode } from 'react'

/** The app's mark: three queues, each of another length. */
export function AppMark({ size = 40 }: { readonly size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden style={{ flexShrink: 0 }}>
      <rect width="32" height="32" rx="7" fill="light-dark(#1f2329, #2a2f37)" />
      <rect x="6" y="7" width="20" height="4.5" rx="1.6" fill="#74aefb" />
      <rect x="6" y="13.75" width="14" height="4.5" rx="1.6" fill="#e3b04b" />
      <rect x="6" y="20.5" width="17" height="4.5" rx="1.6" fill="#5cc981" />
    </svg>
  )
}
