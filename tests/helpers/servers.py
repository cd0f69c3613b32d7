"""A PostgreSQL server for the tests: started on loopback, on a free port, and ended with them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

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
    url = f"postgresql://tester@127.0.0.1:{free_port()}/postgres"
    _call(tools, folder, "initdb", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
    start_postgres(tools, folder, url)
    try:
        yield url
    finally:
        _call(tools, folder, "pg_ctl", "-m", "immediate", "-w", "stop")


def start_postgres(tools: Path, folder: Path, url: str) -> None:
    """Start the server of `url`, which keeps its data in `folder`, and wait until it answers."""
    where = f"-c listen_addresses=127.0.0.1 -c port={urlsplit(url).port} -c unix_socket_directories={folder}"
    _call(tools, folder, "pg_ctl", "-o", f"{where} -c fsync=off", "-l", str(folder / "log"), "-w", "start")


def kill_postgres(folder: Path) -> None:
    """Kill every process of a server at once, as a power cut does."""
    lock = folder / "data" / "postmaster.pid"
    server = int(lock.read_text().split()[0])
    helpers = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    for pid in (server, *map(int, helpers)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for left in (
        lock,
        *folder.glob(".s.PGSQL.*"),
    ):  # so that a number that is still held by a dead process is no lock
        left.unlink()


def _call(tools: Path, folder: Path, tool: str, *arguments: str) -> None:
    command = [tools / tool, "-D", str(folder / "data"), *arguments]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, **_unprivileged(folder))


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
