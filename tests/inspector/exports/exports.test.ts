import { spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskState } from '../../../shared/contract/model.ts'
import type { FileCheck } from '../../../shared/queue/state-moves.ts'
import { readExport } from '../../../shared/inspector/exports/export-stream.ts'
import type { ExportSet } from '../../../shared/inspector/exports/export-stream.ts'
import { EXPORT_FORMATS, toCsvCell } from '../../../shared/inspector/exports/formats.ts'
import { toSafeFileName } from '../../../shared/inspector/exports/safe-file-name.ts'
import { saveFile, saveFolder } from '../../../shared/inspector/exports/save-export.ts'
import { makeEmptyQueue, makeTempDir, snapshotOf, writeTask } from '../../helpers/queue-dirs.ts'
import { writeReason } from '../query/searched-queue.ts'

function toSet(
  root: string,
  names: readonly string[],
  state: TaskState = 'pending',
  node: string | null = null,
): ExportSet {
  return {
    root,
    total: names.length,
    places: names.map((name) => ({ state, node, name, check: asOfNow(root) })),
  }
}

async function readAll(set: ExportSet, format: keyof typeof EXPORT_FORMATS) {
  const chunks: Buffer[] = []
  let last = { done: 0, total: 0, skipped: 0 }
  for await (const { bytes, ...progress } of readExport(set, EXPORT_FORMATS[format], undefined)) {
    chunks.push(bytes)
    last = progress
  }
  return { bytes: Buffer.concat(chunks), chunks, last }
}

/** A plain reader of RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '\r\n') rows.push([])
    if (end === '') break
  }
  return rows.filter((row) => row.length > 1)
}

const BINARY = Buffer.from([0, 255, 128, 10, 13])

/** Reads a stream to its end. */
async function drain<T>(stream: AsyncIterable<T>, onEach: (item: T) => void = () => {}): Promise<void> {
  for await (const item of stream) onEach(item)
}

/** Whatever lies in the directory now. */
function asOfNow(root: string): FileCheck {
  const { dev } = lstatSync(root, { bigint: true })
  return { kind: 'since', dev, notAfterMs: Date.now() + 60_000 }
}

describe('an export', () => {
  it('gives JSON Lines that read back to the bytes of each payload', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const large = `${'€'.repeat(90_000)}"end"\n`
    writeTask(dir, 'failed', '1795416245206308_a', '{"id":9007199254740993}')
    writeTask(dir, 'failed', '1795416245206309_b', BINARY)
    writeTask(dir, 'failed', '1795416245206310_c', large)
    writeTask(dir, 'failed', '1795416245206311_d', '')
    writeTask(dir, 'failed', '1795416245206312_e', '\ufeffwith a mark')
    writeTask(dir, 'failed', '1795416245206313_f', Buffer.alloc(500_000, 0xff))
    writeReason(dir, '1795416245206308_a', { name: 'TypeError', message: 'x\ny', attempt: 3 })
    const names = readdirSync(path.join(dir, 'failed'))
      .filter((name) => !name.startsWith('.'))
      .toSorted()
    const { bytes, last } = await readAll(toSet(dir, names, 'failed'), 'jsonl')
    expect(last).toEqual({ done: 6, total: 6, skipped: 0 })
    const rows = bytes
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(rows[0]).toMatchObject({
      id: names[0],
      state: 'failed',
      node: null,
      attempts: 3,
      error: 'TypeError',
      reason: 'x\ny',
      payloadBytes: 23,
      encoding: 'utf-8',
      payload: '{"id":9007199254740993}',
    })
    const payloads = rows.map(({ payload, encoding }) =>
      Buffer.from(String(payload), encoding === 'base64' ? 'base64' : 'utf8'),
    )
    expect(payloads.map(({ length }) => length)).toEqual(rows.map(({ payloadBytes }) => payloadBytes))
    expect(payloads[1]).toEqual(BINARY)
    expect(payloads[2]?.toString()).toBe(large)
    expect(payloads[4]?.toString()).toBe('\ufeffwith a mark')
    expect(payloads[5]).toEqual(Buffer.alloc(500_000, 0xff))
    expect(Number.isNaN(Date.parse(String(rows[0]?.['pushedAt'])))).toBe(false)
  })

  it('gives CSV whose cells no spreadsheet runs', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const payloads = [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      'a "quoted", one\r\nand two',
      'plain',
      '',
    ]
    for (const [at, payload] of payloads.entries()) writeTask(dir, 'failed', `${at + 1}_a`, payload)
    writeReason(dir, '1_a', { name: '=Evil()', message: '@cmd|"/c calc"!A0' })
    const { bytes } = await readAll(
      toSet(
        dir,
        payloads.map((_, at) => `${at + 1}_a`),
        'failed',
      ),
      'csv',
    )
    const [head, ...rows] = parseCsv(bytes.toString())
    expect(head?.at(-1)).toBe('payload')
    expect(rows.map((row) => row.at(-1))).toEqual(
      payloads.map((payload, at) => (at < 6 ? `'${payload}` : payload)),
    )
    expect(rows[0]?.slice(9, 11)).toEqual(["'=Evil()", `'@cmd|"/c calc"!A0`])
    for (const row of rows) for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/)
  })

  it('quotes any cell so that it reads back, less what makes it run', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 4 }), (cells) => {
        const [row] = parseCsv(`${cells.map(toCsvCell).join(',')}\r\n`)
        expect(row).toEqual(cells.map((cell) => (/^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell)))
      }),
    )
  })

  it('gives an archive that tar unpacks to the raw payloads, under names that are safe everywhere', async () => {
    const parent = makeTempDir()
    const dir = makeEmptyQueue(parent, ['node:a'])
    const python = '1795416245206308_<built-in method hex of bytes object at 0x7f4ee33de760>'
    writeTask(dir, 'node:a', python, BINARY)
    writeTask(dir, 'node:a', '2_CON', '{"a":1}')
    writeTask(dir, 'node:a', '3_plain', Buffer.alloc(700_000, 'x'))
    const { bytes, last } = await readAll(
      toSet(dir, [python, '2_CON', '3_plain'], 'in-progress', 'node:a'),
      'tar',
    )
    expect(last.done).toBe(3)
    const out = path.join(parent, 'out')
    mkdirSync(out)
    const { status, stderr } = spawnSync('tar', ['-xf', '-', '-C', out], { input: bytes })
    expect([status, stderr.toString()]).toEqual([0, ''])
    const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const contents = files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name)))
    expect(contents.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([5, 7, 700_000])
    expect(contents.find(({ length }) => length === 5)).toEqual(BINARY)
    for (const { name } of files) expect(name).toMatch(/^[A-Za-z0-9_.-]{1,100}$/)
    expect(files.map(({ name }) => path.extname(name)).toSorted()).toEqual(['.bin', '.json', '.txt'])
  })

  it('makes names that every platform takes and that stay apart without regard to case', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 250 }), { maxLength: 20 }),
        (names) => {
          const safe = names.map(toSafeFileName)
          for (const name of safe) expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/)
          for (const name of safe) expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|\.$/i)
          expect(new Set(safe.map((name) => name.toLowerCase())).size).toBe(names.length)
        },
      ),
    )
    expect(toSafeFileName('1795_ab.json')).toBe('1795_ab.json')
    expect(toSafeFileName('con.json')).not.toMatch(/^con\./)
    expect(toSafeFileName('1_A')).not.toBe(toSafeFileName('1_a'))
  })

  it('leaves out what has moved on, is another file, or is no file, counts it, and touches nothing', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const names = Array.from({ length: 1_000 }, (_, at) => `${at + 1}_a`)
    for (const name of names) writeTask(dir, 'pending', name, name.padEnd(1_000, 'x'))
    rmSync(path.join(dir, 'pending', '2_a'))
    symlinkSync('/etc/hostname', path.join(dir, 'pending', '2_a'))
    const set = toSet(dir, names)
    const lines: string[] = []
    let isFirst = true
    let last = { done: 0, skipped: 0 }
    for await (const { bytes, ...progress } of readExport(set, EXPORT_FORMATS.jsonl, undefined)) {
      // Workers take the rest while it is read out.
      if (isFirst) for (const name of names.slice(500)) rmSync(path.join(dir, 'pending', name))
      isFirst = false
      lines.push(bytes.toString())
      last = progress
    }
    const rows = lines
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string })
    expect(rows).toHaveLength(last.done)
    expect(last.done + last.skipped).toBe(1_000)
    expect(last.skipped).toBeGreaterThanOrEqual(501)
    expect(rows.map(({ id }) => id)).not.toContain('2_a')
    const before = snapshotOf(dir)
    const other = {
      ...set,
      places: [
        {
          state: 'pending',
          node: null,
          name: '1_a',
          check: { kind: 'file', identity: { dev: 1n, ino: 1n } },
        },
      ] as const,
      total: 1,
    }
    expect((await readAll(other, 'csv')).last).toEqual({ done: 0, total: 1, skipped: 1 })
    expect(snapshotOf(dir)).toEqual(before)
  })

  it('ends when the reader stops, and reads no further than it is taken', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const names = Array.from({ length: 100 }, (_, at) => `${at + 1}_a`)
    for (const name of names) writeTask(dir, 'pending', name, 'x'.repeat(100_000))
    let opened = 0
    const places = names.values().map((name) => {
      opened++
      return { state: 'pending', node: null, name, check: asOfNow(dir) } as const
    })
    for await (const { bytes } of readExport(
      { root: dir, total: 100, places },
      EXPORT_FORMATS.jsonl,
      undefined,
    )) {
      expect(bytes.length).toBeGreaterThan(0)
      break
    }
    expect(opened).toBeLessThan(10)
    const openFiles = readdirSync('/proc/self/fd').length
    const stop = new AbortController()
    await expect(
      drain(readExport(toSet(dir, names), EXPORT_FORMATS.csv, stop.signal), () => {
        stop.abort()
      }),
    ).rejects.toThrow('aborted')
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(openFiles)
  })
})

describe('an export that is saved', () => {
  it('writes a file that is there only when it is whole', async () => {
    const parent = makeTempDir()
    const dir = makeEmptyQueue(parent)
    const names = Array.from({ length: 50 }, (_, at) => `${at + 1}_a`)
    for (const name of names) writeTask(dir, 'pending', name, 'x'.repeat(50_000))
    const target = path.join(parent, 'out.jsonl')
    writeFileSync(target, 'former')
    const stop = new AbortController()
    await expect(
      drain(saveFile(toSet(dir, names), EXPORT_FORMATS.jsonl, target, stop.signal), () => {
        stop.abort()
      }),
    ).rejects.toThrow('aborted')
    expect(readFileSync(target, 'utf8')).toBe('former')
    expect(readdirSync(parent).toSorted()).toEqual(['out.jsonl', 'queue'])
    let last = { done: 0 }
    for await (const progress of saveFile(toSet(dir, names), EXPORT_FORMATS.jsonl, target, undefined))
      last = progress
    expect(last.done).toBe(50)
    expect(readFileSync(target, 'utf8').trimEnd().split('\n')).toHaveLength(50)
  })

  it('writes a new folder of raw files, and refuses one that is there', async () => {
    const parent = makeTempDir()
    const dir = makeEmptyQueue(parent)
    writeTask(dir, 'pending', '1_a', '{"a":1}')
    writeTask(dir, 'pending', '2_b', BINARY)
    const target = path.join(parent, 'out')
    await drain(saveFolder(toSet(dir, ['1_a', '2_b', '3_gone']), target, undefined))
    expect(readFileSync(path.join(target, 'pending', '1_a.json'), 'utf8')).toBe('{"a":1}')
    expect(readFileSync(path.join(target, 'pending', '2_b.bin'))).toEqual(BINARY)
    await expect(saveFolder(toSet(dir, ['1_a']), target, undefined).next()).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining('is there already'),
    })
  })

  it('refuses a place inside the queue, also by another way there, and writes nothing', async () => {
    const parent = makeTempDir()
    const dir = makeEmptyQueue(parent)
    writeTask(dir, 'pending', '1_a', 'x')
    symlinkSync(dir, path.join(parent, 'detour'))
    const before = snapshotOf(dir)
    for (const target of [
      path.join(dir, 'out'),
      path.join(dir, 'failed', 'out'),
      path.join(parent, 'detour', 'out'),
    ]) {
      await expect(saveFolder(toSet(dir, ['1_a']), target, undefined).next()).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      })
      await expect(
        saveFile(toSet(dir, ['1_a']), EXPORT_FORMATS.csv, target, undefined).next(),
      ).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    }
    expect(snapshotOf(dir)).toEqual(before)
    await expect(
      saveFile(
        toSet(dir, ['1_a']),
        EXPORT_FORMATS.csv,
        path.join(parent, 'nowhere', 'x.csv'),
        undefined,
      ).next(),
    ).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
  })
})
