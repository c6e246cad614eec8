"""A worker of the Python library that keeps the ledger of the torture: worker.py ROLE NAME QUEUE LEDGER SEED TIMEOUT_MS."""

import hashlib
import json
import os
import random
import sys
import time

from femtoqueue import FemtoQueue

_, name, queue_dir, ledger_dir, seed, timeout_ms = sys.argv[1:7]
dice = random.Random(int(seed))
ledger = os.open(f"{ledger_dir}/{name}.{os.getpid()}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def original_id(task_id):
    stamp, _, rest = task_id.partition("_")
    inner, _, _ = rest.partition("_")
    return rest.split("~")[0] if len(stamp) >= 16 and inner.isdigit() else task_id


def write(verb, task_id, note):
    line = [time.monotonic_ns() // 1000, verb, original_id(task_id), note]
    os.write(ledger, (json.dumps(line) + "\n").encode())


queue = FemtoQueue(queue_dir, name, timeout_stale_ms=int(timeout_ms))
while True:
    try:
        task = queue.pop()
    except FileNotFoundError:
        continue  # Its known flaw: another Python worker took the task between claim and read.
    if task is None:
        time.sleep(0.005)
        continue
    write("started", task.id, hashlib.md5(task.data).hexdigest())
    time.sleep(dice.random() * 0.02)
    try:
        queue.done(task)
        write("done", task.id, "")
    except Exception as error:
        if "not in progress" not in str(error):
            raise
        write("refused", task.id, "python")
