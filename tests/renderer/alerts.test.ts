import { ORPCError } from '@orpc/client'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Alerts } from '../../renderer/store/alerts.ts'
import { createStore } from '../../renderer/store/create-store.ts'
import type { ControllerContext } from '../../renderer/store/controller-context.ts'
import { INITIAL_STATE } from '../../renderer/store/inspector-state.ts'
import { setPreferences } from '../../renderer/store/preferences.ts'
import type { QueueInfo, QueueUpdate } from '../../shared/contract/model.ts'

const QUEUE: QueueInfo = {
  queueId: 'q',
  path: '/srv/mail\u202e',
  name: 'mail\u202e',
  isDemo: false,
  access: { canWrite: true, reason: null },
  pushLimitBytes: 1,
}

describe('the alerts', () => {
  let told: { title: string; body: string }[] = []
  let badges: number[] = []
  let isLookedAt = false
  let alerts: Alerts

  beforeEach(() => {
    told = []
    badges = []
    isLookedAt = false
    setPreferences({ notifications: true })
    const host = {
      notify: async (content: { title: string; body: string }) => void told.push(content),
      setBadge: async ({ count }: { count: number }) => void badges.push(count),
    }
    const context = {
      store: createStore({ ...INITIAL_STATE, queue: QUEUE }),
      client: () => ({ host }),
    }
    alerts = new Alerts(
      context as unknown as ControllerContext,
      () => undefined,
      () => isLookedAt,
    )
  })

  function failed(count: number): void {
    alerts.onUpdate({ counts: { failed: count } } as QueueUpdate)
  }

  it('tell of nothing that had failed before the queue was opened', () => {
    failed(500)
    expect([told, badges]).toEqual([[], []])
  })

  it('tell how many have failed since, and nothing of the tasks', () => {
    failed(500)
    failed(503)
    expect(told).toMatchObject([
      {
        title: '3 tasks have failed',
        body: 'mail⟨202E⟩: 503 failed in all',
        target: { view: 'failed', taskId: null },
      },
    ])
    expect(badges).toEqual([3])
  })

  it('tell what comes soon after together, and count it at once', () => {
    failed(0)
    for (let count = 1; count <= 50; count++) failed(count)
    expect(told).toHaveLength(1)
    expect(badges.at(-1)).toBe(50)
  })

  it('tell of the rest later', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1_000)
    failed(0)
    failed(1)
    failed(9)
    now.mockReturnValue(60_000)
    failed(9)
    expect(told.map(({ title }) => title)).toEqual(['1 task has failed', '9 tasks have failed'])
    now.mockReturnValue(120_000)
    failed(9)
    expect(told).toHaveLength(2)
    now.mockRestore()
  })

  it('tell nothing to a person who looks, and take the number away', () => {
    failed(0)
    failed(4)
    isLookedAt = true
    failed(5)
    expect(badges).toEqual([4, 0])
    expect(told).toHaveLength(1)
  })

  it('notify nobody who did not ask for it', () => {
    setPreferences({ notifications: false })
    failed(0)
    failed(4)
    expect(told).toEqual([])
    expect(badges).toEqual([4])
  })

  it('forget the former queue', () => {
    failed(0)
    failed(4)
    alerts.reset()
    failed(1_000)
    expect(badges).toEqual([4, 0])
    expect(told).toHaveLength(1)
  })

  it('do what a browser can where the host offers nothing', async () => {
    const { notify, setBadge } = await import('../../renderer/client/notifications.ts')
    const refuse = (): Promise<never> => Promise.reject(new ORPCError('NOT_OFFERED'))
    const client = { host: { notify: refuse, setBadge: refuse } }
    const shown: unknown[] = []
    class BrowserNotification extends EventTarget {
      static permission = 'granted'
      constructor(title: string, options: object) {
        super()
        shown.push({ title, ...options })
      }
    }
    vi.stubGlobal('Notification', BrowserNotification)
    const content = { title: 't', body: 'b', queueId: 'q', target: { view: 'failed', taskId: null } } as const
    await notify(client as never, content, () => undefined)
    await setBadge(client as never, 3)
    expect(shown).toEqual([{ title: 't', body: 'b', tag: 'q' }])
    BrowserNotification.permission = 'denied'
    await notify(client as never, content, () => undefined)
    expect(shown).toHaveLength(1)
    vi.unstubAllGlobals()
  })
})
