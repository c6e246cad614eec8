/**
 * `node floor.ts DIR`: a bare rename loop over all failed tasks, there and back; then the same with exactly the looks that the law asks
 * for: at each file before it is moved, and at the target where its name is not ours alone. Prints JSON.
 */
import { lstatSync, readdirSync, renameSync } from 'node:fs'
import { measure } from './measure.ts'

const dir = process.argv[2] ?? ''
const names = readdirSync(`${dir}/failed`).filter((name) => !name.startsWith('.'))

/** Whatever lies there; a bare check would let the compiler of the loop leave the look out. */
let looked = 0
function look(file: string): boolean {
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (found === undefined) return false
  looked += found.ino
  return true
}

async function loop(hasLooks: boolean): Promise<{ there: unknown; back: unknown }> {
  const firstUs = Date.now() * 1000
  let us = firstUs
  const there = await measure(() => {
    for (const name of names) {
      const from = `${dir}/failed/${name}`
      if (hasLooks && !look(from)) throw new Error(`${from} is gone`)
      renameSync(from, `${dir}/pending/${us++}_${name}`)
    }
  })
  us = firstUs
  const back = await measure(() => {
    for (const name of names) {
      const from = `${dir}/pending/${us++}_${name}`
      const to = `${dir}/failed/${name}`
      if (hasLooks && (!look(from) || look(to))) throw new Error(`${from} is gone, or ${to} is taken`)
      renameSync(from, to)
    }
  })
  return { there, back }
}

const bare = await loop(false)
const lawful = await loop(true)
console.log(JSON.stringify({ bare, lawful, looked }))
