"""race-worker.py DIR NODE SEED: a worker of the Python library, until it is killed."""
import random
import sys
import time

from femtoqueue import FemtoQueue

queue = FemtoQueue(sys.argv[1], sys.argv[2])
dice = random.Random(int(sys.argv[3]))
print("ready", flush=True)
while True:
    try:
        task = queue.pop()
    except ValueError:
        continue
    if task is None:
        time.sleep(0.001)
        continue
    chance = dice.random()
    if chance > 0.9:
        time.sleep(0.002)
    try:
        if chance < 0.5:
            queue.fail(task)
        else:
            queue.done(task)
    except Exception as error:
        # Somebody put the task back meanwhile.
        if "not in progress" not in str(error):
            raise
