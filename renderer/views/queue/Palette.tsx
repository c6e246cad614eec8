import { createSpotlight, Spotlight } from '@mantine/spotlight'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import '@mantine/spotlight/styles.css'
import { Keys } from '../../components/Keys.tsx'
import { useInspector } from '../../store/use-inspector.ts'
import { COMMAND_ALIASES } from '../../words/command-aliases.ts'
import type { Command } from './command.ts'
import './palette.css'
import { useCommands } from './use-commands.ts'

const [paletteStore, palette] = createSpotlight()

/** Everything that can be done now, by name. */
export function Palette(): ReactNode {
  const inspector = useInspector()
  const commands = useCommands().filter(({ isEnabled }) => isEnabled)
  const [query, setQuery] = useState('')
  useEffect(() => {
    palette.open()
    return palette.close
  }, [])
  const groups = [...new Set(commands.map(({ group }) => group))]
  return (
    <Spotlight.Root
      store={paletteStore}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      yOffset="14vh"
      portalProps={{ target: '#fq-overlays' }}
      attributes={{ content: { 'aria-label': 'Commands' } }}
      transitionProps={{ duration: 90 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      onSpotlightClose={() => {
        if (inspector.store.get().dialog?.kind === 'palette') inspector.showDialog(null)
      }}
    >
      <Spotlight.Search placeholder="What do you want to do?" aria-label="Search commands" />
      <Spotlight.ActionsList tabIndex={0}>
        <FirstSelected />
        {groups.map((group) => {
          const found = commands.filter((command) => command.group === group && matches(command, query))
          return found.length === 0 ? null : (
            <Spotlight.ActionsGroup key={group} label={group}>
              {found.map(({ id, title, keys, run }) => (
                <Spotlight.Action
                  key={id}
                  label={title}
                  rightSection={keys === null ? null : <Keys keys={keys} />}
                  onClick={() => {
                    inspector.showDialog(null)
                    run()
                  }}
                />
              ))}
            </Spotlight.ActionsGroup>
          )
        })}
        {commands.some((command) => matches(command, query)) ? null : (
          <Spotlight.Empty>No command has that name.</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

/** Enter means the first entry from the start, and it shows. A frame later the list knows its entries. */
function FirstSelected(): null {
  useEffect(() => {
    const frame = requestAnimationFrame(selectFirst)
    return () => cancelAnimationFrame(frame)
  }, [])
  return null
}

/** As the spotlight's own selectAction does, which its package does not export. */
function selectFirst(): void {
  const { listId, selected } = paletteStore.getState()
  // Somebody was faster with an arrow or a word.
  if (selected >= 0) return
  document.querySelector(`#${CSS.escape(listId)} [data-action]`)?.setAttribute('data-selected', 'true')
  paletteStore.updateState((state) => ({ ...state, selected: 0 }))
}

function matches({ id, title, group }: Command, query: string): boolean {
  const text = `${group} ${title} ${COMMAND_ALIASES[id] ?? ''}`.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
