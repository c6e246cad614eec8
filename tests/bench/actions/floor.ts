/** `node floor.ts DIR`: a bare rename loop over all failed tasks, there and back. Prints JSON. */
import { readdirSync, renameSync } from 'node:fs'
import { measure } from './measure.ts'

const dir = process.argv[2] ?? ''
const names = readdirSync(`${dir}/failed`).filter((name) => !name.startsWith('.'))
let us = Date.now() * 1000

const there = await measure(() => {
  for (const name of names) renameSync(`${dir}/failed/${name}`, `${dir}/pending/${us++}_${name}`)
})
us -= names.length
const back = await measure(() => {
  for (const name of names) renameSync(`${dir}/pending/${us++}_${name}`, `${dir}/failed/${name}`)
})
console.log(JSON.stringify({ there, back }))
