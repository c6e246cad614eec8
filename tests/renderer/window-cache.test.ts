import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskRow } from '../../shared/contract/model.ts'
import { LIMITS } from '../../shared/contract/limits.ts'
import { withoutRows } from '../../renderer/store/optimistic-rows.ts'
import {
  anchorShiftOrNull,
  countChanges,
  isUnmoved,
  missingPageOrNull,
  NO_PAGES,
  PAGE_ROWS,
  rowAt,
  toRefreshRange,
  toRowKey,
  withWindow,
} from '../../renderer/store/window-cache.ts'
import type { Pages } from '../../renderer/store/window-cache.ts'
import { makeRow } from './fake-data.ts'

function rows(from: number, count: number): TaskRow[] {
  return Array.from({ length: count }, (_, at) => makeRow('pending', from + at))
}

function pagesOf(list: readonly TaskRow[]): Pages {
  return withWindow(NO_PAGES, { revision: 1, total: list.length, offset: 0, rows: [...list] })
}

describe('the cache of a list', () => {
  it('knows the rows of whole pages, and of the last one to the end', () => {
    const pages = withWindow(NO_PAGES, { revision: 1, total: 250, offset: 100, rows: rows(100, 150) })
    expect([rowAt(pages, 99), rowAt(pages, 100)?.name, rowAt(pages, 249)?.name]).toEqual([
      undefined,
      makeRow('pending', 100).name,
      makeRow('pending', 249).name,
    ])
  })

  it('does not take half a page for a whole one', () => {
    const pages = withWindow(NO_PAGES, { revision: 1, total: 1_000, offset: 50, rows: rows(50, 100) })
    expect(pages.size).toBe(0)
  })

  it('names the first page that the eye rests on and that is missing', () => {
    const pages = withWindow(NO_PAGES, { revision: 1, total: 1_000, offset: 100, rows: rows(100, 100) })
    expect(missingPageOrNull(pages, 120, 180, 1_000)).toBe(null)
    expect(missingPageOrNull(pages, 190, 230, 1_000)).toBe(2)
    expect(missingPageOrNull(pages, 150, 230, 180)).toBe(null)
  })

  it('stays small through a long scroll', () => {
    let pages: Pages = NO_PAGES
    for (let page = 0; page < 500; page++) {
      const offset = page * PAGE_ROWS
      pages = withWindow(pages, { revision: 1, total: 1_000_000, offset, rows: rows(offset, PAGE_ROWS) })
    }
    expect(pages.size).toBeLessThanOrEqual(60)
    expect(rowAt(pages, 499 * PAGE_ROWS)).toBeDefined()
  })

  it('asks for no more than the limit, and always for what is seen', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 0, max: 200 }), (first, seen) => {
        const { offset, limit } = toRefreshRange(first, first + seen, LIMITS.windowRows)
        expect(limit).toBeLessThanOrEqual(LIMITS.windowRows)
        expect(offset % PAGE_ROWS).toBe(0)
        expect(offset).toBeLessThanOrEqual(first)
        expect(offset + limit).toBeGreaterThan(first + seen)
      }),
    )
  })
})

describe('a list that changes', () => {
  it('is unmoved when rows came in below what is seen', () => {
    expect(isUnmoved(pagesOf(rows(0, 12)), pagesOf(rows(0, 15)), 0, 40)).toBe(true)
  })

  it('has moved when a seen row went', () => {
    expect(isUnmoved(pagesOf(rows(0, 12)), pagesOf(rows(1, 11)), 0, 40)).toBe(false)
  })

  it('counts what came and what went', () => {
    expect(countChanges(pagesOf(rows(0, 12)), 12, pagesOf(rows(3, 12)), 12)).toBe(6)
    expect(countChanges(pagesOf(rows(0, 12)), 12, pagesOf(rows(0, 12)), 12)).toBe(0)
    expect(countChanges(NO_PAGES, 10, NO_PAGES, 47)).toBe(37)
  })

  it('tells how far its anchor moved, by the first anchor that is still there', () => {
    const anchors = rows(5, 3).map((row, at) => ({ key: toRowKey(row), index: 5 + at }))
    expect(anchorShiftOrNull(anchors, pagesOf(rows(0, 40)))).toBe(0)
    expect(anchorShiftOrNull(anchors, pagesOf([...rows(100, 7), ...rows(0, 40)]))).toBe(7)
    expect(anchorShiftOrNull(anchors, pagesOf([...rows(0, 5), ...rows(6, 40)]))).toBe(-1)
    expect(anchorShiftOrNull(anchors, pagesOf(rows(500, 40)))).toBe(null)
  })

  it('closes the gap of rows that were moved away', () => {
    const before = pagesOf(rows(0, 250))
    const gone = new Set([3, 101].map((at) => toRowKey(makeRow('pending', at))))
    const { pages, removed } = withoutRows(before, gone)
    expect(removed).toBe(2)
    expect([rowAt(pages, 3)?.name, rowAt(pages, 99)?.name, rowAt(pages, 100)?.name]).toEqual(
      [4, 100, 102].map((at) => makeRow('pending', at).name),
    )
  })
})
