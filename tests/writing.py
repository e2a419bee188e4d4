"""Programs that write to a store, for tests that kill them or let several run at once.

python writing.py killed STORE ROUNDS: children write and are killed, each once it was told so many numbers as are
drawn and at a random moment after that; each number that a child was told is on standard output.
python writing.py threads STORE COUNT: eight threads write; the numbers they were given.
"""

import os
import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from recording import put
from whyrx.records.store import opened


def written(store: str, seeds: int) -> None:
    """Append for as long as one lives; say each number once it is acknowledged."""
    with opened(store, make=True) as records:
        while True:
            seq = put(records, random.randrange(seeds)).seq
            os.write(1, f"{seq}\n".encode())


def killed(store: str, rounds: int) -> None:
    r = random.Random(3)
    with opened(f"{store}.warm", make=True) as records:  # what is imported and derived once is done before
        for seed in range(6):
            put(records, seed)
    for _ in range(rounds):
        told, telling = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(telling, 1)
            written(store, 6)
        os.close(telling)
        with os.fdopen(told, "rb") as lines:
            numbers = [lines.readline() for _ in range(r.randrange(4))]
            time.sleep(r.uniform(0, 0.03))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.write(1, b"".join(numbers) + lines.read())


def threads(store: str, count: int) -> None:
    with opened(store, make=True) as records, ThreadPoolExecutor(8) as pool:
        for record in pool.map(lambda number: put(records, number % 6), range(count)):
            os.write(1, f"{record.seq}\n".encode())


if __name__ == "__main__":
    {"killed": killed, "threads": threads}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
