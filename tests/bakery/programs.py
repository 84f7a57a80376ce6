# SPDX-License-Identifier: Apache-2.0
"""Servers that others wrote, run with the configuration that the documentation ships."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parents[2] / "docs/serving"
BROTLI_MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


def free_port() -> int:
    """Return a port nobody listens on."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def nginx(program: str, folder: Path, root: Path, port: int, application: int) -> Iterator[None]:
    """Run nginx with the configuration that is shipped, on other ports and folders."""
    shipped = (SHIPPED / "nginx.conf").read_text()
    modules = ""
    if BROTLI_MODULE.exists():
        modules = f"load_module {BROTLI_MODULE};"
        shipped = shipped.replace("# brotli_static on;", "brotli_static on;")
    for line, here in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("root /var/lib/onrecord/site;", f"root {root};"),
        ("http://127.0.0.1:8000;", f"http://127.0.0.1:{application};"),
    ):
        assert line in shipped
        shipped = shipped.replace(line, here)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "site.conf").write_text(shipped)
    (folder / "nginx.conf").write_text(
        f"{modules} daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}} http {{ access_log off; {temporary} include {folder}/site.conf; }}\n"
    )
    with _running([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], port, folder):
        yield


@contextmanager
def caddy(program: str, folder: Path, root: Path, port: int, application: int) -> Iterator[None]:
    """Run Caddy with the configuration that is shipped, on other ports and folders."""
    shipped = (SHIPPED / "Caddyfile").read_text()
    for line, here in (
        ("\nnews.example.org {", f"\nhttp://news.example.org:{port} {{\n\tbind 127.0.0.1"),
        ("/var/lib/onrecord/site", str(root)),
        ("127.0.0.1:8000", f"127.0.0.1:{application}"),
    ):
        assert line in shipped
        shipped = shipped.replace(line, here)
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\n{shipped}")
    command = [program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    with _running(command, port, folder):
        yield


@contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    environment = {"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin"}
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        _wait_for(port, process, folder)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + 60  # from a cold disk, beside other tests, Caddy's forty megabytes take a while
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the server did not start: " + (folder / "output").read_text()[-2000:])
