"""Object storage for the tests: an S3 server on loopback that forgets everything when it ends."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.servers import free_port

BUCKET = "people"
START_S = 60


def where(port: int) -> dict[str, str]:
    """Return the variables that send a client of S3 to this server, with the keys that it wants."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextmanager
def running_s3() -> Iterator[dict[str, str]]:
    """Run a server with an empty bucket, and give the variables of its clients."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(port)
            yield where(port)
        finally:
            server.terminate()


def _wait(port: int) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, "the S3 server did not start"
            time.sleep(0.05)
        else:
            return


def upload(folder: Path) -> str:
    """Put a folder into the bucket, with the variables of `running_s3` set, and return its address."""
    from pyarrow.fs import FileSystem, LocalFileSystem, copy_files

    storage, _ = FileSystem.from_uri(f"s3://{BUCKET}?allow_bucket_creation=true")
    storage.create_dir(BUCKET)
    target = f"{BUCKET}/{folder.name}"
    copy_files(str(folder), target, source_filesystem=LocalFileSystem(), destination_filesystem=storage)
    return f"s3://{BUCKET}/{folder.name}"
