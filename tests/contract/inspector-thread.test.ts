import { onTestFinished } from 'vitest'
import { connectInspector } from '../helpers/inspector-client.ts'
import { describeContract } from './contract-suite.ts'
import { describeDoor } from './door-suite.ts'
import type { Connect } from './door-suite.ts'

const connect: Connect = async (overrides) => {
  const connected = await connectInspector(overrides)
  onTestFinished(() => connected.close())
  return connected
}

describeContract('a MessagePort, the inspector in its own thread', connect)
describeDoor('a MessagePort, the inspector in its own thread', connect)
