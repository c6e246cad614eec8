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

  /** The job once it satisfies the condition. */
  when(job: Job, condition: (job: Job) => boolean): Promise<Job> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.#jobs.find(({ jobId }) => jobId === job.jobId)
        if (found === undefined || !condition(found)) return
        this.#waiting.delete(look)
        resolve(found)
      }
      this.#waiting.add(look)
      look()
    })
  }

  ended(job: Job): Promise<Job> {
    return this.when(job, ({ phase }) => phase !== 'running')
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#following
  }
}
