import type { Job } from '../../../shared/contract/work.ts'
import type { InspectorClient } from '../../helpers/inspector-client.ts'

/** Follows the jobs of a queue. */
export class JobClient {
  readonly #stop = new AbortController()
  readonly #following: Promise<void>
  readonly #waiting = new Set<() => void>()
  #jobs: readonly Job[] = []

  constructor(client: InspectorClient, queueId: string) {
    this.#following = (async () => {
      for await (const jobs of await client.jobs.follow({ queueId }, { signal: this.#stop.signal })) {
        this.#jobs = jobs
        for (const look of this.#waiting) look()
      }
    })().catch(() => undefined)
  }

  /** The first job that satisfies the condition, as soon as one does. */
  when(condition: (job: Job) => boolean): Promise<Job> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.#jobs.find(condition)
        if (found === undefined) return
        this.#waiting.delete(look)
        resolve(found)
      }
      this.#waiting.add(look)
      look()
    })
  }

  ended(job: Job): Promise<Job> {
    return this.when(({ jobId, phase }) => jobId === job.jobId && phase !== 'running')
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#following
  }
}
