import { Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { DueField } from '../../components/DueField.tsx'
import { IconButton } from '../../components/IconButton.tsx'
import { forgetPushTemplate, savePushTemplate, usePushTemplates } from '../../store/push-templates.ts'
import type { LabForm } from '../../store/lab-draft.ts'
import { PUSH_WORDS } from '../../words/push-words.ts'
import { PLACEMENT_WORDS } from '../../words/work-words.ts'
import styles from './push.module.css'
import { VARIABLES_OFFERED } from './template-draft.ts'
import type { PushLab } from './use-push-lab.ts'

const WHENS = [
  { value: 'now', label: PUSH_WORDS.now },
  { value: 'later', label: PUSH_WORDS.later },
]
const NAME_CHARS = 60

/** How many, how fast and when; and what is pushed often. */
export function PushOptions({ lab }: { readonly lab: PushLab }): ReactNode {
  const { copies, setCopies, rate, setRate, isLater, setLater, due, setDue, form } = lab
  return (
    <div className={styles['options']}>
      <div className={styles['pair']}>
        <TextInput
          label={PUSH_WORDS.copies}
          inputMode="numeric"
          value={copies}
          onChange={(event) => setCopies(event.currentTarget.value)}
        />
        <TextInput
          label={PUSH_WORDS.rate}
          inputMode="decimal"
          placeholder="no limit"
          value={rate}
          onChange={(event) => setRate(event.currentTarget.value)}
        />
      </div>
      <div className={styles['when']}>
        <SegmentedControl
          aria-label={PUSH_WORDS.when}
          value={isLater ? 'later' : 'now'}
          onChange={(value) => setLater(value === 'later')}
          data={WHENS}
        />
        {isLater ? (
          <DueField value={due} onChange={setDue} />
        ) : (
          <span className={styles['hint']}>{PUSH_WORDS.nowMeaning}</span>
        )}
      </div>
      {isLater ? <p className={styles['hint']}>{PLACEMENT_WORDS.at.meaning}</p> : null}
      {form === 'json' || form === 'text' ? <Variables lab={lab} /> : null}
      {form === 'files' ? null : <Templates lab={lab} />}
    </div>
  )
}

function Variables({ lab }: { readonly lab: PushLab }): ReactNode {
  const { wantsVariables, setWantsVariables, text, setText } = lab
  return (
    <section className={styles['variables']} aria-label={PUSH_WORDS.variables}>
      <Checkbox
        label={PUSH_WORDS.variables}
        checked={wantsVariables}
        onChange={(event) => setWantsVariables(event.currentTarget.checked)}
      />
      {wantsVariables ? (
        <ul>
          {VARIABLES_OFFERED.map(({ name, says }) => (
            <li key={name}>
              <button type="button" onClick={() => setText(`${text}{{${name}}}`)}>
                {`{{${name}}}`}
              </button>
              <span className={styles['hint']}>{says}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}

function Templates({ lab }: { readonly lab: PushLab }): ReactNode {
  const templates = usePushTemplates()
  const [name, setName] = useState<string | null>(null)
  const { text, form, setText, setForm } = lab

  function save(): void {
    if (name === null || name.trim() === '') return
    savePushTemplate({ name: name.trim(), form, text })
    setName(null)
  }

  return (
    <section className={styles['templates']} aria-label={PUSH_WORDS.templates}>
      <h3>{PUSH_WORDS.templates}</h3>
      {templates.length === 0 ? <p className={styles['hint']}>{PUSH_WORDS.noTemplates}</p> : null}
      <ul>
        {templates.map((template) => (
          <li key={template.name}>
            <button
              type="button"
              onClick={() => {
                setForm(toFormOrNull(template.form) ?? 'text')
                setText(template.text)
              }}
            >
              {template.name}
            </button>
            <IconButton
              icon={IconX}
              label={`Forget the template ${template.name}`}
              size={18}
              onClick={() => forgetPushTemplate(template.name)}
            />
          </li>
        ))}
      </ul>
      {name === null ? (
        <Button
          variant="subtle"
          className={styles['saveButton']}
          disabled={text === ''}
          onClick={() => setName('')}
        >
          {PUSH_WORDS.saveTemplate}
        </Button>
      ) : (
        <form
          className={styles['saveRow']}
          onSubmit={(event) => {
            event.preventDefault()
            save()
          }}
        >
          <TextInput
            aria-label={PUSH_WORDS.templateName}
            placeholder={PUSH_WORDS.templateName}
            maxLength={NAME_CHARS}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" disabled={name.trim() === ''}>
            Save
          </Button>
        </form>
      )}
    </section>
  )
}

function toFormOrNull(form: string): LabForm | null {
  return form === 'json' || form === 'text' || form === 'hex' ? form : null
}
