"""The Python library's case of `npm run bench:core`: core-python.py DIR TASKS."""

import json
import sys
import time

from femtoqueue import FemtoQueue

queue_dir, tasks = sys.argv[1], int(sys.argv[2])
payload = (b"payload " * 13)[:100]
queue = FemtoQueue(queue_dir, "n")

start = time.perf_counter()
for _ in range(tasks):
    queue.push(payload)
pushed = time.perf_counter()
popped = 0
while (task := queue.pop()) is not None:
    queue.done(task)
    popped += 1
ended = time.perf_counter()
assert popped == tasks, popped
print(json.dumps({"pushPerS": tasks / (pushed - start), "popPerS": tasks / (ended - pushed)}))
