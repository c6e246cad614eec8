import { describe, expect, it } from 'vitest'
import { NodeRates } from '../../../shared/inspector/history/node-rates.ts'
import type { DirDifference } from '../../../shared/inspector/reconcile.ts'

const NOBODY = { has: () => false }
const [X, Y] = ['5', '6'].map((digit) => `179500000000000${digit}_${'0123456789abcdef'.repeat(2)}`)
const claimOf = (us: number, id = X): string => `${1_795_000_000_100_000 + us}_${id}`

function look(
  rates: NodeRates,
  { arrived = [], vanished = [], passed = [] }: Partial<Record<keyof DirDifference, string[]>>,
): void {
  rates.observe({
    differences: new Map([['worker', { arrived, vanished: new Set(vanished), passed }]]),
    justGone: NOBODY,
    gone: { has: (_, name) => vanished.includes(name) },
    byPeople: NOBODY,
  })
}

describe('the rates of a node', () => {
  it('count a task once when it is claimed and once when it ends, however many heartbeats come between', () => {
    const rates = new NodeRates(() => 0)
    look(rates, { passed: [claimOf(6)], arrived: [claimOf(7)] })
    expect(rates.rateOf('worker')).toEqual({ claimedLastMinute: 1, endedLastMinute: 0 })
    look(rates, { vanished: [claimOf(7)], passed: [claimOf(8)], arrived: [claimOf(9)] })
    expect(rates.rateOf('worker')).toEqual({ claimedLastMinute: 1, endedLastMinute: 0 })
    look(rates, { vanished: [claimOf(9)], passed: [claimOf(10)] })
    expect(rates.rateOf('worker')).toEqual({ claimedLastMinute: 1, endedLastMinute: 1 })
  })

  it('count what was claimed and ended between two looks as both', () => {
    const rates = new NodeRates(() => 0)
    look(rates, { passed: [claimOf(6), claimOf(7, Y)] })
    expect(rates.rateOf('worker')).toEqual({ claimedLastMinute: 2, endedLastMinute: 2 })
  })
})
