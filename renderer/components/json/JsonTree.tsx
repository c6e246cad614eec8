// A virtual tree of absolute rows cannot be a list of lists: the tree's roles are written out.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { IconChevronDown, IconChevronRight, IconCopy, IconRoute } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { countOf } from '../format.ts'
import { IconButton } from '../IconButton.tsx'
import { toFirstFolds, toJsonPath, toVisibleNodes } from './json-tree.ts'
import type { JsonNode } from './json-tree.ts'
import styles from './json-tree.module.css'
import { useTreeKeys } from './use-tree-keys.ts'

const ROW_PX = 22
const INDENT_PX = 14
/** Deeper rows are indented no further: the value must stay in sight. */
const MAX_INDENT = 16
const MAX_HEIGHT_PX = 460
/** More of a text is not drawn in its row; the text form has it whole. */
const MAX_LITERAL_CHARS = 2_000

interface JsonTreeProps {
  readonly text: string
  readonly nodes: readonly JsonNode[]
  readonly label: string
  readonly onCopy: (text: string, what: string) => void
}

/** JSON as a tree: numbers as they are written, folded by click or arrow, each value and its path to be copied. */
export function JsonTree({ text, nodes, label, onCopy }: JsonTreeProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null)
  const [folded, setFolded] = useState<ReadonlySet<number>>(() => toFirstFolds(nodes))
  const [focused, setFocused] = useState(0)
  const visible = useMemo(() => toVisibleNodes(nodes, folded), [nodes, folded])
  // Its rows are made anew at each scroll; no compiler memoises here.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: visible.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 16,
    useFlushSync: false,
  })

  const moveTo = (at: number): void => virtualizer.scrollToIndex(at, { align: 'auto' })
  const keys = useTreeKeys({ text, nodes, visible, folded, setFolded, focused, setFocused, moveTo, onCopy })

  return (
    <div
      ref={scroller}
      role="tree"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={`json-${focused}`}
      className={styles['tree']}
      style={{ height: Math.min(virtualizer.getTotalSize() + 12, MAX_HEIGHT_PX) }}
      onKeyDown={keys.onKeyDown}
    >
      <div role="presentation" className={styles['rows']} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index: at, start, key }) => {
          const index = visible[at] ?? 0
          const node = nodes[index]
          return node === undefined ? null : (
            <div
              key={key}
              ref={virtualizer.measureElement}
              data-index={at}
              className={styles['place']}
              style={{ transform: `translateY(${start}px)` }}
              role="presentation"
            >
              <TreeRow
                node={node}
                index={index}
                isFolded={folded.has(index)}
                isFocused={index === focused}
                onFocus={() => setFocused(index)}
                onToggle={() => keys.toggle(index)}
                onCopyValue={() => keys.copyValue(index)}
                onCopyPath={() => onCopy(toJsonPath(nodes, index), 'the path')}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}

interface TreeRowProps {
  readonly node: JsonNode
  readonly index: number
  readonly isFolded: boolean
  readonly isFocused: boolean
  readonly onFocus: () => void
  readonly onToggle: () => void
  readonly onCopyValue: () => void
  readonly onCopyPath: () => void
}

function TreeRow(props: TreeRowProps): ReactNode {
  const { node, index, isFolded, isFocused, onFocus, onToggle, onCopyValue, onCopyPath } = props
  const { depth, key, place, parent, children } = node
  const hasChildren = children > 0
  return (
    // The keyboard's way is on the tree itself.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="treeitem"
      id={`json-${index}`}
      tabIndex={-1}
      aria-level={depth + 1}
      aria-expanded={hasChildren ? !isFolded : undefined}
      aria-selected={isFocused}
      className={styles['row']}
      style={{ paddingLeft: 8 + Math.min(depth, MAX_INDENT) * INDENT_PX }}
      onClick={() => {
        onFocus()
        if (hasChildren) onToggle()
      }}
    >
      <span className={styles['fold']} aria-hidden>
        {hasChildren ? isFolded ? <IconChevronRight size={13} /> : <IconChevronDown size={13} /> : null}
      </span>
      <span className={styles['content']}>
        {key === null ? (
          parent === null ? null : (
            <span className={styles['place-in-array']}>{place}: </span>
          )
        ) : (
          <>
            <span className={styles['key']}>{toVisibleLine(key)}</span>
            <span className={styles['quiet']}>: </span>
          </>
        )}
        <Value node={node} isFolded={isFolded} />
      </span>
      <span className={styles['tools']}>
        <IconButton icon={IconCopy} label="Copy the value" keys="C" size={18} onClick={onCopyValue} />
        <IconButton icon={IconRoute} label="Copy the path" keys="P" size={18} onClick={onCopyPath} />
      </span>
    </div>
  )
}

function Value({ node, isFolded }: { readonly node: JsonNode; readonly isFolded: boolean }): ReactNode {
  const { kind, literal, children } = node
  if (kind === 'object' || kind === 'array') {
    const [begin, end] = kind === 'object' ? ['{', '}'] : ['[', ']']
    if (children === 0) return <span className={styles['quiet']}>{begin + end}</span>
    return (
      <span className={styles['quiet']}>
        {isFolded ? `${begin}…${end} ` : `${begin} `}
        <span className={styles['size']}>
          {kind === 'object' ? countOf(children, 'key') : countOf(children, 'value')}
        </span>
      </span>
    )
  }
  const shown = literal.length > MAX_LITERAL_CHARS ? `${literal.slice(0, MAX_LITERAL_CHARS)}…` : literal
  return <span className={styles[kind]}>{toVisibleLine(shown)}</span>
}
