"""Where the program starts: ``levelback`` and ``python -m levelback``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends in a line, too."""
    try:
        from levelback.cli import main as run

        run()
    except KeyboardInterrupt:
        print("levelback: stopped.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
