import { ORPCError } from '@orpc/client'
import { beforeEach, describe, expect, it } from 'vitest'
import { FailureBadge } from '../../renderer/store/badge.ts'
import type { ControllerContext } from '../../renderer/store/controller-context.ts'
import type { QueueUpdate } from '../../shared/contract/model.ts'

describe('the number on the icon', () => {
  let told: number[] = []
  let isLookedAt = false
  let refusal: Error | null = null
  let badge: FailureBadge

  beforeEach(() => {
    told = []
    isLookedAt = false
    refusal = null
    const host = {
      setBadge: async ({ count }: { count: number }) => {
        told.push(count)
        if (refusal !== null) throw refusal
      },
    }
    const context = { client: () => ({ host }) }
    badge = new FailureBadge(context as unknown as ControllerContext, () => isLookedAt)
  })

  function failed(...counts: number[]): void {
    for (const count of counts) badge.onUpdate({ counts: { failed: count } } as QueueUpdate)
  }

  it('counts what has failed since somebody looked, not what had failed before', () => {
    failed(500, 503, 504)
    expect(told).toEqual([3, 4])
  })

  it('goes as soon as somebody looks', () => {
    failed(0, 4)
    isLookedAt = true
    failed(5)
    isLookedAt = false
    failed(6)
    expect(told).toEqual([4, 0, 1])
  })

  it('falls when failures are requeued', () => {
    failed(10, 12, 3, 4)
    expect(told).toEqual([2, 0, 1])
  })

  it('forgets the former queue', () => {
    failed(0, 4)
    badge.reset()
    failed(1_000)
    expect(told).toEqual([4, 0])
  })

  it('is told once where there is no icon, and again after a connection broke', async () => {
    refusal = new ORPCError('NOT_OFFERED')
    failed(0, 4)
    await new Promise(setImmediate)
    failed(4)
    expect(told).toEqual([4])
    refusal = new Error('lost')
    failed(5)
    await new Promise(setImmediate)
    failed(5)
    expect(told).toEqual([4, 5, 5])
  })
})
