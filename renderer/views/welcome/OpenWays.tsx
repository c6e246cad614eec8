import { Button, TextInput } from '@mantine/core'
import { IconFolderOpen, IconPlayerPlay, IconRotateClockwise } from '@tabler/icons-react'
import type { FormEvent, ReactNode } from 'react'
import type { HostInfo } from '../../../shared/contract/model.ts'
import { Keys } from '../../components/Keys.tsx'
import { MOD_KEY } from '../../components/mod-key.ts'
import { useInspector } from '../../store/use-inspector.ts'
import { WELCOME_WORDS } from '../../words/welcome-words.ts'
import styles from './welcome.module.css'

interface OpenWaysProps {
  readonly host: HostInfo
  readonly opening: boolean
  readonly path: string
  readonly onPath: (path: string) => void
}

/** The ways of opening a queue that this host offers, the likeliest first. */
export function OpenWays({ host, opening, path, onPath }: OpenWaysProps): ReactNode {
  const inspector = useInspector()
  return (
    <div className={styles['ways']}>
      {host.startsWithQueue ? (
        <Button
          variant="filled"
          loading={opening}
          leftSection={<IconRotateClockwise size={16} aria-hidden />}
          onClick={() => void inspector.open({ kind: 'start' })}
        >
          {WELCOME_WORDS.openAgain}
        </Button>
      ) : null}
      {host.canChooseFolder ? (
        <Button
          variant={host.startsWithQueue ? 'default' : 'filled'}
          leftSection={<IconFolderOpen size={16} aria-hidden />}
          rightSection={<Keys keys={`${MOD_KEY} O`} />}
          disabled={opening}
          onClick={() => void inspector.open({ kind: 'dialog' })}
        >
          {WELCOME_WORDS.open}
        </Button>
      ) : null}
      {host.canOpenPath ? <PathField opening={opening} path={path} onPath={onPath} /> : null}
      {host.canStartDemo ? (
        <div className={styles['demo']}>
          <Button
            leftSection={<IconPlayerPlay size={15} aria-hidden />}
            disabled={opening}
            onClick={() => void inspector.open({ kind: 'demo' })}
          >
            {WELCOME_WORDS.demo}
          </Button>
          <span className={styles['hint']}>{WELCOME_WORDS.demoHint}</span>
        </div>
      ) : null}
    </div>
  )
}

type PathFieldProps = Omit<OpenWaysProps, 'host'>

function PathField({ opening, path, onPath }: PathFieldProps): ReactNode {
  const inspector = useInspector()

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (path.trim() !== '') void inspector.open({ kind: 'path', path: path.trim() })
  }

  return (
    <form className={styles['path']} onSubmit={onSubmit}>
      <TextInput
        className={styles['pathInput']}
        aria-label={WELCOME_WORDS.pathLabel}
        placeholder={WELCOME_WORDS.pathExample}
        spellCheck={false}
        autoComplete="off"
        value={path}
        onChange={(event) => onPath(event.currentTarget.value)}
      />
      <Button
        type="submit"
        variant={path.trim() === '' ? 'default' : 'filled'}
        loading={opening}
        disabled={path.trim() === ''}
      >
        {WELCOME_WORDS.openPath}
      </Button>
    </form>
  )
}
