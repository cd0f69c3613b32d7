"""A Ray cluster of two nodes on loopback, in a process of its own, that loses a node when asked to.

Run as a program it prints the cluster's address, then obeys lines of standard input: ``lose`` kills the second
node, ``gain`` starts another. It ends, with all that it started, when the input ends. Each node has one
processor and a small object store. Nothing is reported to anybody.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

STORE_BYTES = 80 * 2**20
ATTEMPTS = 3
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DISABLE_IMPORT_WARNING": "1",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_PYTHON_LOG_LEVEL": "error",
}


@dataclass(frozen=True, kw_only=True)
class RayCluster:
    """A running cluster: its address, and the process to ask."""

    address: str
    orders: IO[str]
    answers: IO[str]

    def order(self, what: str) -> None:
        """Lose or gain a node, and wait until it is done."""
        self.orders.write(what + "\n")
        self.orders.flush()
        answer = self.answers.readline().strip()
        assert answer == what, answer


@contextmanager
def ray_cluster() -> Iterator[RayCluster]:
    """Start a cluster of two nodes and end it."""
    with tempfile.TemporaryFile("w+") as said:
        process, address = _start(said)
        with process:
            yield RayCluster(address=address, orders=process.stdin, answers=process.stdout)
            process.stdin.close()
            process.wait(timeout=60)


def _start(said: IO[str]) -> tuple[subprocess.Popen[str], str]:
    """Return the process and the address of its cluster.

    A node that has not heard of its own helpers for 15 seconds dies, which happens where many others work. No
    setting of Ray changes that, so that a start is tried again.
    """
    for _ in range(ATTEMPTS):
        process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=os.environ | QUIET,
        )
        if address := process.stdout.readline().strip():
            return process, address
        process.communicate()
    said.seek(0)
    raise AssertionError(f"the cluster did not start: {said.read()[-2000:]}")


def main() -> None:
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": STORE_BYTES}
    cluster = Cluster(initialize_head=True, head_node_args=node | {"include_dashboard": False})
    others = [cluster.add_node(**node)]
    print(cluster.address, flush=True)
    for line in sys.stdin:
        order = line.strip()
        if order == "lose":
            cluster.remove_node(others.pop(), allow_graceful=False)
        elif order == "gain":
            others.append(cluster.add_node(**node))
        print(order, flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main()
