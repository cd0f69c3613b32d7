"""A whole run opens no socket that could leave this machine."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "sample_images" / "front-left-hip-high.jpg"
TOOL = Path(sys.executable).with_name("levelback")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: apt-get install strace")
@pytest.mark.parametrize("mode", [[], ["--fast"]])
def test_a_photo_run_opens_no_network_socket(tmp_path, mode):
    trace = tmp_path / "trace"
    done = subprocess.run(
        [
            "strace",
            "-f",
            "-qq",
            "-e",
            "trace=network",
            "-o",
            trace,
            TOOL,
            "photo",
            SAMPLE,
            "--out",
            tmp_path,
            *mode,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("*.html"))
    lines = trace.read_text(errors="replace").splitlines()
    reaching_out = [line for line in lines if re.search(r"\bAF_INET|\bAF_INET6|sin_addr|AF_NETLINK", line)]
    assert not reaching_out


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: apt-get install strace")
def test_the_watch_sees_a_socket_when_there_is_one(tmp_path):
    trace = tmp_path / "trace"
    code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()"
    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=network", "-o", trace, sys.executable, "-c", code], check=True
    )
    assert "AF_INET" in trace.read_text()
