"""A PostgreSQL server for the tests: started on loopback, on a free port, and ended with them."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOOLS = ("initdb", "pg_ctl")


def postgres_tools() -> Path | None:
    """Return the folder of the newest PostgreSQL server's programs, None where there is no server."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: float(one.parent.name))
    found = shutil.which("initdb")
    folders += [Path(found).resolve().parent] if found else []
    return next((one for one in reversed(folders) if all((one / tool).exists() for tool in TOOLS)), None)


@contextmanager
def running_postgres(tools: Path, folder: Path) -> Iterator[str]:
    """Run a server that keeps its data in `folder`, and give its URL. It is stopped at the end."""
    data, port = folder / "data", free_port()
    who = _unprivileged(folder)

    def call(tool: str, *arguments: str) -> None:
        subprocess.run([tools / tool, *arguments], check=True, capture_output=True, cwd=folder, **who)

    call("initdb", "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    call("pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql://tester@127.0.0.1:{port}/postgres"
    finally:
        call("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _unprivileged(folder: Path) -> dict[str, object]:
    """Return how to start a program as somebody else where we are root, which PostgreSQL refuses."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    for parent in (folder, *folder.parents):
        if parent.owner() == "root" or parent == folder:
            parent.chmod(parent.stat().st_mode | 0o011)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
