# SPDX-License-Identifier: Apache-2.0
"""How many statement pages a second: the program with two workers, and nginx on the same directory.

    ./run bench read [--seconds 5] [--rounds 3] [--connections 32]

Both servers run all the time and are asked in turn, so that a busy machine slows both; brotli is negotiated.
Installs nothing: what is missing is named. Reads the newsroom in ONRECORD_HOME; `./run sample` fills one.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path

BROTLI_MODULES = (
    Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"),
    Path("/usr/lib64/nginx/modules/ngx_http_brotli_static_module.so"),
)
SHIPPED = Path(__file__).parents[1] / "docs/serving/nginx.conf"
AIM = 0.4


@dataclass(frozen=True)
class Measured:
    """One run: requests a second, 99th percentile in milliseconds, processor microseconds a request."""

    rate: float
    p99: float
    processor: float


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    pid: int
    port: int


def main() -> None:
    """Measure both and print the ratio."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=int, default=5)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--connections", type=int, default=32)
    options = arguments.parse_args()
    site = Path(os.environ.get("ONRECORD_HOME", "data")).resolve() / "site"
    wrk, nginx, module = require_everything()
    page = statement_page(site)
    with (
        tempfile.TemporaryDirectory() as folder,
        started_program() as own,
        started_nginx(nginx, module, site, Path(folder)) as theirs,
    ):
        check_page(own.port, page)
        check_page(theirs.port, page)
        busy = os.getloadavg()[0]
        results: dict[Server, list[Measured]] = {own: [], theirs: []}
        for _ in range(options.rounds):
            for server, measured in results.items():
                measured.append(load(wrk, server, page, options.seconds, options.connections))
    size = (site / page[1:] / "index.html").stat().st_size
    print(f"{page} ({size:,} bytes, {size_of_twin(site, page):,} as br), {options.connections} connections")
    if busy > 0.5:
        print(
            f"Other programs kept this machine busy (load {busy:.1f}); trust the microseconds, not the rates."
        )
    for server, measured in results.items():
        rate, p99, processor = (
            statistics.median(getattr(one, name) for one in measured) for name in ("rate", "p99", "processor")
        )
        print(
            f"{server.name:26} {rate:>9,.0f} requests/s   p99 {p99:6.2f} ms   "
            f"{processor:5.1f} µs of processor each"
        )
    mine, other = (statistics.median(one.rate for one in measured) for measured in results.values())
    print(f"ratio {mine / other:.2f} (aim ≥ {AIM})")


def require_everything() -> tuple[str, str, Path]:
    """Return wrk, nginx and its brotli module; end with a sentence if one is missing."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    wrk, nginx = shutil.which("wrk", path=path), shutil.which("nginx", path=path)
    module = next((module for module in BROTLI_MODULES if module.exists()), None)
    missing = [
        name
        for name, there in (("wrk", wrk), ("nginx", nginx), ("nginx's brotli_static module", module))
        if not there
    ]
    if wrk is None or nginx is None or module is None:
        sys.exit(
            f"Missing: {', '.join(missing)}. On Debian: "
            "apt-get install wrk nginx libnginx-mod-http-brotli-static"
        )
    return wrk, nginx, module


def statement_page(site: Path) -> str:
    """Return the address of the baked statement nearest to 6 KB."""
    pages = list(islice(site.glob("s/*/*/index.html"), 5000))
    if not pages:
        sys.exit(
            f"No statement is baked in {site}. Fill a newsroom with './run sample', or set ONRECORD_HOME."
        )
    page = min(pages, key=lambda page: abs(page.stat().st_size - 6000))
    return f"/{page.parent.relative_to(site)}/"


def size_of_twin(site: Path, page: str) -> int:
    """Return the bytes that are sent."""
    return (site / page[1:] / "index.html.br").stat().st_size


def check_page(port: int, page: str) -> None:
    """Make sure that what is measured is the compressed page."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", page, headers={"Accept-Encoding": "gzip, br"})
        response = connection.getresponse()
        response.read()
        if response.status != 200 or response.headers["Content-Encoding"] != "br":
            sys.exit(
                f"Port {port} answers {page} with {response.status} and without brotli; nothing to compare."
            )


def load(wrk: str, server: Server, page: str, seconds: int, connections: int) -> Measured:
    """Ask for the page as fast as it comes."""
    command = [
        wrk,
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--latency",
        "-H",
        "Accept-Encoding: gzip, br",
    ]
    before = processor_seconds(server.pid)
    out = subprocess.run(
        [*command, f"http://127.0.0.1:{server.port}{page}"], capture_output=True, text=True, check=True
    ).stdout
    used = processor_seconds(server.pid) - before
    requests = re.search(r"(\d+) requests in", out)
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", out), re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
    if rate is None or p99 is None or requests is None or "Non-2xx" in out:
        sys.exit(f"wrk reports something unexpected:\n{out}")
    milliseconds = float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]]
    return Measured(float(rate[1]), milliseconds, used / int(requests[1]) * 1e6)


@contextmanager
def started_program() -> Iterator[Server]:
    """Run `onrecord start` with two web workers."""
    port = free_port()
    environment = os.environ | {"ONRECORD_PORT": str(port), "ONRECORD_WEB_WORKERS": "2"}
    command = [str(Path(sys.executable).with_name("onrecord")), "start"]
    with running(command, port, environment) as pid:
        yield Server("onrecord start, 2 workers", pid, port)


@contextmanager
def started_nginx(nginx: str, module: Path, site: Path, folder: Path) -> Iterator[Server]:
    """Run nginx as the documentation configures it, with two workers."""
    port = free_port()
    shipped = SHIPPED.read_text().replace("# brotli_static on;", "brotli_static on;")
    shipped = shipped.replace("listen 80;", f"listen 127.0.0.1:{port};")
    (folder / "site.conf").write_text(shipped.replace("root /var/lib/onrecord/site;", f"root {site};"))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"load_module {module}; {user} daemon off; worker_processes 2; pid {folder}/pid;\n"
        f"error_log {folder}/error.log; events {{}} http {{ access_log off; {temporary}\n"
        f"include {folder}/site.conf; }}\n"
    )
    with running([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")], port, dict(os.environ)) as pid:
        yield Server("nginx, 2 workers", pid, port)


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[int]:
    """Run a server until the block ends."""
    with (
        tempfile.TemporaryFile() as output,
        subprocess.Popen(command, env=environment, stdout=output, stderr=output) as process,
    ):
        try:
            for _ in range(600):
                with closing(socket.socket()) as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if process.poll() is not None:
                    output.seek(0)
                    sys.exit(f"{command[0]} ended at once:\n{output.read().decode()[-2000:]}")
                time.sleep(0.1)
            time.sleep(1)
            yield process.pid
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port nobody listens on."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found = [pid]
    for member in found:
        for task in Path(f"/proc/{member}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def processor_seconds(pid: int) -> float:
    """Return what a process and its descendants have used, those that have ended included."""
    ticks = 0
    for member in family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
