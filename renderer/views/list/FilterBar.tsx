import { Button, Menu } from '@mantine/core'
import { IconBookmark, IconDownload, IconLayoutList, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { IconButton } from '../../components/IconButton.tsx'
import { Tip } from '../../components/Tip.tsx'
import { forgetFilter, useSavedFilters } from '../../store/saved-filters.ts'
import type { SavedFilter } from '../../store/saved-filters.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { STATE_WORDS } from '../../words.ts'
import { COMMAND_WORDS } from '../../words/command-words.ts'
import { LIST_WORDS, toProgressWords } from '../../words/list-words.ts'
import { toStateOrNull } from './to-state.ts'
import { FilterField } from './FilterField.tsx'
import styles from './filter.module.css'

export function FilterBar(): ReactNode {
  const state = useInspectorState(({ view }) => view.list.state)
  const isGrouped = useInspectorState(({ groups }) => groups !== null)
  return (
    <div className={styles['bar']}>
      <FilterField />
      <FilterProgress />
      <SavedMenu />
      <ExportMenu />
      {state === 'failed' ? <GroupToggle isGrouped={isGrouped} /> : null}
    </div>
  )
}

/** How far the search is, and the way to end it; else the way back to the whole list. */
function FilterProgress(): ReactNode {
  const inspector = useInspector()
  const filter = useInspectorState((all) => all.filter)
  const { progress, text, applied, error } = filter
  if (text === '' && progress === null) return null
  const isScanning = progress?.phase === 'scanning'
  const broke = progress?.phase === 'failed' ? progress.error : null
  return (
    <>
      {progress === null ? null : (
        <output className={styles['progress']} aria-live="polite" data-bad={broke !== null || undefined}>
          {broke === null
            ? toVisibleLine(toProgressWords(progress, error === null ? null : applied))
            : toVisibleLine(broke)}
        </output>
      )}
      {isScanning ? (
        <Button variant="subtle" className={styles['quiet']} onClick={() => void inspector.filter.cancel()}>
          Cancel
        </Button>
      ) : (
        <IconButton
          icon={IconX}
          label={LIST_WORDS.clearFilter}
          keys="Esc"
          size={24}
          onClick={() => inspector.filter.clear()}
        />
      )}
    </>
  )
}

function SavedMenu(): ReactNode {
  const inspector = useInspector()
  const queuePath = useInspectorState(({ queue }) => queue?.path ?? '')
  const applied = useInspectorState(({ filter }) => filter.applied)
  const saved = useSavedFilters(queuePath)
  return (
    <Menu width={300} position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          className={styles['quiet']}
          aria-label={LIST_WORDS.savedFilters}
          title={LIST_WORDS.savedFilters}
        >
          <IconBookmark size={15} stroke={1.8} aria-hidden />
          <span className={styles['words']}>{LIST_WORDS.saved}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {saved.length === 0 ? <Menu.Label>{LIST_WORDS.noSaved}</Menu.Label> : null}
        {saved.map((filter) => (
          <Menu.Item key={filter.name} onClick={() => applySaved(filter)}>
            <span className={styles['savedName']}>{filter.name}</span>
            <span className={styles['savedText']}>{toSavedLine(filter)}</span>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          disabled={applied === ''}
          onClick={() => inspector.showDialog({ kind: 'save-filter', expression: applied })}
        >
          {LIST_WORDS.saveFilter}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )

  function applySaved({ state, expression }: SavedFilter): void {
    const known = toStateOrNull(state)
    if (known !== null) inspector.filter.apply({ state: known, node: null }, expression)
  }
}

/** Saved filters of this state, one click away. */
export function FilterChips(): ReactNode {
  const inspector = useInspector()
  const queuePath = useInspectorState(({ queue }) => queue?.path ?? '')
  const state = useInspectorState(({ view }) => view.list.state)
  const applied = useInspectorState(({ filter }) => filter.applied)
  const saved = useSavedFilters(queuePath).filter((filter) => filter.state === state)
  if (saved.length === 0) return null
  return (
    <ul className={styles['chips']} aria-label={LIST_WORDS.savedFilters}>
      {saved.map((filter) => (
        <li key={filter.name} className={styles['chip']} data-on={filter.expression === applied || undefined}>
          <Tip label={filter.expression}>
            <button
              type="button"
              aria-pressed={filter.expression === applied}
              onClick={() => {
                if (filter.expression === applied) inspector.filter.clear()
                else inspector.filter.apply({ state, node: null }, filter.expression)
              }}
            >
              {filter.name}
            </button>
          </Tip>
          <IconButton
            icon={IconX}
            label={`Forget the filter ${filter.name}`}
            size={18}
            onClick={() => forgetFilter(filter)}
          />
        </li>
      ))}
    </ul>
  )
}

function ExportMenu(): ReactNode {
  const inspector = useInspector()
  const isEmpty = useInspectorState(({ view }) => view.total === 0)
  const formats = [
    ['jsonl', COMMAND_WORDS.exportJsonl],
    ['csv', COMMAND_WORDS.exportCsv],
    ['raw', COMMAND_WORDS.exportRaw],
  ] as const
  return (
    <Menu width={250} position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          className={styles['quiet']}
          aria-label={LIST_WORDS.export}
          title={LIST_WORDS.export}
          disabled={isEmpty}
        >
          <IconDownload size={15} stroke={1.8} aria-hidden />
          <span className={styles['words']}>{LIST_WORDS.export}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(([format, label]) => (
          <Menu.Item key={format} onClick={() => void inspector.exportTasks(format)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function GroupToggle({ isGrouped }: { readonly isGrouped: boolean }): ReactNode {
  const inspector = useInspector()
  return (
    <Tip label={isGrouped ? COMMAND_WORDS.ungroup : COMMAND_WORDS.group} keys="W">
      <Button
        variant="subtle"
        className={styles['group']}
        leftSection={<IconLayoutList size={15} stroke={1.8} aria-hidden />}
        aria-pressed={isGrouped}
        onClick={() => (isGrouped ? inspector.groups.close() : inspector.groups.open())}
      >
        {LIST_WORDS.groupBy}
      </Button>
    </Tip>
  )
}

function toSavedLine({ state, expression }: SavedFilter): string {
  const known = toStateOrNull(state)
  return `${known === null ? state : STATE_WORDS[known].label} · ${expression}`
}
