"""The Python library's case of `npm run bench:core`: core-python.py DIR TASKS."""

import json
import sys
import time

from femtoqueue import FemtoQueue

queue_dir, tasks = sys.argv[1], int(sys.argv[2])
payload = (b"payload " * 13)[:100]
queue = FemtoQueue(queue_dir, "n")

start, start_cpu = time.perf_counter(), time.process_time()
for _ in range(tasks):
    queue.push(payload)
pushed, pushed_cpu = time.perf_counter(), time.process_time()
popped = 0
while (task := queue.pop()) is not None:
    queue.done(task)
    popped += 1
ended, ended_cpu = time.perf_counter(), time.process_time()
assert popped == tasks, popped
push = {"perS": tasks / (pushed - start), "cpuUs": (pushed_cpu - start_cpu) / tasks * 1e6}
pop = {"perS": tasks / (ended - pushed), "cpuUs": (ended_cpu - pushed_cpu) / tasks * 1e6}
print(json.dumps({"push": push, "pop": pop}))
