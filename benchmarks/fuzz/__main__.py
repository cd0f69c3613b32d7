"""Starts the run; its processes find what they do in `run`."""

import sys

from benchmarks.fuzz.run import main

if __name__ == "__main__":
    sys.exit(main())
