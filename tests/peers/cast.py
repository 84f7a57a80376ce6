# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PEERS = Path(__file__).resolve().parents[2] / ".peers"


def peer(program: str) -> Path:
    """Return a program of others; without it the test is skipped, except where `ONRECORD_CI` forbids that."""
    path = PEERS / "bin" / program
    if not (PEERS / "installed").exists():
        message = f"{program} is missing; run tests/peers/install"
        if os.environ.get("ONRECORD_CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path


def run(*words: str | Path, code: int = 0) -> str:
    """Run a program to its end, which must be this one, and return what it wrote."""
    ended = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == code, (ended.stdout, ended.stderr)
    return ended.stdout


def report(*words: str | Path, code: int = 0) -> dict[str, Any]:
    """Run a program that writes a JSON object."""
    read: dict[str, Any] = json.loads(run(*words, code=code))
    return read


@contextmanager
def serving(*words: str | Path, port: int) -> Iterator[None]:
    """Run a server until the block ends; begin when it answers."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(process, port)
            yield
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 60  # a machine under load
    while time.monotonic() < until:
        assert process.poll() is None, "the server has ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"nobody answers on port {port}")
