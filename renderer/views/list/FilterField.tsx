// A combobox with explanations: the platform's own tags cannot hold them, so the roles are written out.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { IconSearch } from '@tabler/icons-react'
import { useId, useRef } from 'react'
import type { ReactNode } from 'react'
import { describeFilter } from '../../../shared/contract/filter-help.ts'
import { LIMITS } from '../../../shared/contract/limits.ts'
import { readFilter } from '../../store/filter-controller.ts'
import { useInspectorState } from '../../store/use-inspector.ts'
import { LIST_WORDS } from '../../words/list-words.ts'
import { FILTER_FIELD_ID } from './filter-focus.ts'
import styles from './filter.module.css'
import { useCompletion } from './use-completion.ts'

/** The one field: filters as you type, payload search by Enter, with what could be written next and what is wrong where. */
export function FilterField(): ReactNode {
  const field = useRef<HTMLInputElement>(null)
  const listId = useId()
  const text = useInspectorState(({ filter }) => filter.text)
  const error = useInspectorState(({ filter }) => filter.error)
  const { options, active, isOpen, change, take, onKeyDown, setCaret, setOpen } = useCompletion(field)
  return (
    <div className={styles['field']} data-bad={error !== null || undefined}>
      <IconSearch size={14} stroke={1.9} aria-hidden />
      <input
        ref={field}
        id={FILTER_FIELD_ID}
        role="combobox"
        aria-label={LIST_WORDS.filterLabel}
        aria-expanded={options.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={active === null ? undefined : `${listId}-${active}`}
        aria-invalid={error !== null}
        aria-describedby={`${listId}-help`}
        placeholder={LIST_WORDS.filterPlaceholder}
        maxLength={LIMITS.filterChars}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={text}
        onChange={({ currentTarget }) =>
          change(currentTarget.value, currentTarget.selectionStart ?? currentTarget.value.length)
        }
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <div
        className={styles['popover']}
        data-open={(isOpen && (options.length > 0 || text !== '')) || error !== null || undefined}
      >
        <Options id={listId} options={options} active={active} onTake={take} />
        <Explanation id={`${listId}-help`} text={text} />
      </div>
    </div>
  )
}

interface OptionsProps {
  readonly id: string
  readonly options: readonly { readonly insert: string; readonly says: string }[]
  readonly active: number | null
  readonly onTake: (at: number) => void
}

function Options({ id, options, active, onTake }: OptionsProps): ReactNode {
  return (
    <div role="listbox" id={id} aria-label="What can be written" className={styles['options']}>
      {options.map(({ insert, says }, at) => (
        // The keyboard's way is on the field itself.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={insert}
          role="option"
          id={`${id}-${at}`}
          aria-selected={at === active}
          tabIndex={-1}
          className={styles['option']}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(at)}
        >
          <code>{insert.trim()}</code>
          <span>{says}</span>
        </div>
      ))}
    </div>
  )
}

/** What is written in words, or what is wrong with it. */
function Explanation({ id, text }: { readonly id: string; readonly text: string }): ReactNode {
  const list = useInspectorState(({ view }) => view.list.state)
  const applied = useInspectorState(({ filter }) => filter.applied)
  const error = useInspectorState(({ filter }) => filter.error)
  if (error !== null) {
    return (
      <p id={id} className={styles['fault']} role="alert">
        {error.message}
        {error.at === null ? null : <FaultPlace text={text} at={error.at} />}
      </p>
    )
  }
  const { terms, isInstant } = readFilter(text, list)
  const needsEnter = terms.length > 0 && !isInstant && text.trim() !== applied
  return (
    <p id={id} className={styles['explanation']}>
      {terms.length === 0 ? null : <span>{describeFilter(terms).join(' · ')}</span>}
      {needsEnter ? <span className={styles['enter']}>{LIST_WORDS.pressEnter}</span> : null}
    </p>
  )
}

/** The part around the fault, with the place marked. */
function FaultPlace({ text, at }: { readonly text: string; readonly at: number }): ReactNode {
  const from = Math.max(0, at - 24)
  return (
    <code className={styles['place']} aria-hidden>
      {from > 0 ? '…' : ''}
      {text.slice(from, at)}
      <mark>{text.slice(at, at + 1) || ' '}</mark>
      {text.slice(at + 1, at + 24)}
    </code>
  )
}
