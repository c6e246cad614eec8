import { onTestFinished } from 'vitest'
import { connectInspector } from '../helpers/inspector-client.ts'
import { describeContract } from './contract-suite.ts'

describeContract('a MessagePort, the inspector in its own thread', async (overrides) => {
  const connected = await connectInspector(overrides)
  onTestFinished(() => connected.close())
  return connected
})
