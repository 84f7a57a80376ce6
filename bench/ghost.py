# SPDX-License-Identifier: Apache-2.0
"""Ghost beside this program: started, set up, filled and asked, for measurements with `--beside-ghost`.

`tests/peers/install --measured` puts Ghost 6.65.0 into `.peers/ghost`, with the very libraries it was
released with and Node 22. Its database is the MariaDB of the machine (Debian's `mariadb-server`): for
production Ghost supports MySQL alone, and MariaDB speaks the same and is what Debian has. Each has its own
defaults. Ghost is one process in production mode; its mail goes nowhere, and it asks no hosts elsewhere. Both
listen on free ports of 127.0.0.1, keep everything in a temporary folder and are stopped in the end.

Ghost is under the MIT licence. It is measured, and never part of the product.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from itertools import islice
from pathlib import Path
from typing import Any

from bench.read import free_port, processor_seconds
from bench.texts import bodies

HERE = Path(__file__).resolve().parent.parent / ".peers" / "ghost"
PLACES = "/usr/sbin:/usr/local/sbin"
TAGS = 50
PASSWORD = "a-long-enough-9-passphrase"
PATIENCE = 1200
"""Seconds after which something that has not happened will not happen."""


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the programs are."""

    node: Path
    ghost: Path
    mariadbd: str
    prepare: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Seconds from the publish call until its answer, and until page, front page and feed showed the post.

    `processor` is what Ghost and its database worked for all of that, in steps of 10 ms: only a mean
    says something.
    """

    answered: float
    page: float
    front: float
    feed: float
    processor: float


def add_options(arguments: argparse.ArgumentParser) -> None:
    """Add the options by which a measurement is told to measure Ghost too."""
    arguments.add_argument("--beside-ghost", action="store_true", help="measure Ghost in the same run")
    arguments.add_argument("--ghost", type=Path, default=HERE, metavar="FOLDER", help="where Ghost is")


def wanted(options: argparse.Namespace) -> Installed | None:
    """Return where Ghost is if it shall be measured; end with a sentence if something is missing."""
    if not options.beside_ghost:
        return None
    path = f"{os.environ.get('PATH', '')}:{PLACES}"
    mariadbd, prepare = (shutil.which(name, path=path) for name in ("mariadbd", "mariadb-install-db"))
    if mariadbd is None or prepare is None:
        sys.exit("MariaDB is missing, Ghost's database. On Debian: apt-get install mariadb-server")
    folder = options.ghost.resolve()
    node, program = folder / "node_modules/.bin/node", folder / "package"
    if not node.exists() or not (program / "node_modules").exists():
        sys.exit(f"There is no Ghost in {folder}. Install it with: tests/peers/install --measured")
    return Installed(node, program, mariadbd, prepare)


@contextmanager
def filled(installed: Installed, posts: int) -> Iterator[Ghost]:
    """Run a new Ghost with so many published posts of about 600 words and 50 tags, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="ghost") as folder, ExitStack() as last:
        ghost = Ghost(installed, Path(folder))
        last.callback(ghost.stop)
        ghost.prepare()
        ghost.start()
        ghost.set_up()
        began = time.perf_counter()
        ghost.bring(posts)
        print(f"Ghost has taken {posts:,} posts after {time.perf_counter() - began:.0f} s", flush=True)
        yield ghost


class Ghost:
    """One Ghost with a database of its own; `stop` has to be called, whatever happened."""

    def __init__(self, installed: Installed, folder: Path) -> None:
        self.port = free_port()
        self._installed = installed
        self._folder = folder
        self._database_port = free_port()
        self._running: list[subprocess.Popen[bytes]] = []
        self._session = ""

    @property
    def pids(self) -> list[int]:
        """Return the processes of the database and of Ghost, without those they have started."""
        return [process.pid for process in self._running]

    def prepare(self) -> None:
        """Make an empty database and write the configuration."""
        new_database = [
            self._installed.prepare,
            "--no-defaults",
            f"--datadir={self._folder}/database",
            f"--user={getpass.getuser()}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ]
        made = subprocess.run(new_database, capture_output=True, text=True, check=False)
        if made.returncode:
            sys.exit(f"MariaDB could not be prepared:\n{(made.stdout + made.stderr)[-2000:]}")
        content = self._folder / "content"
        for name in ("data", "images", "media", "files", "logs", "settings", "public", "adapters"):
            (content / name).mkdir(parents=True)
        shutil.copytree(self._installed.ghost / "content/themes", content / "themes")
        (self._folder / "current").symlink_to(self._installed.ghost)
        settings = {
            "url": f"http://127.0.0.1:{self.port}",
            "server": {"host": "127.0.0.1", "port": self.port},
            "database": {
                "client": "mysql",
                "connection": {
                    "host": "127.0.0.1",
                    "port": self._database_port,
                    "user": "root",
                    "password": "",
                    "database": "ghost",
                },
            },
            "mail": {"transport": "stub"},
            "paths": {"contentPath": str(content)},
            "privacy": {"useUpdateCheck": False, "useGravatar": False, "useRpcPing": False},
            "security": {"staffDeviceVerification": False},
        }
        (self._folder / "config.production.json").write_text(json.dumps(settings))

    def start(self) -> None:
        """Start database and Ghost, and wait until the front page can be read."""
        began = time.perf_counter()
        database = [
            self._installed.mariadbd,
            "--no-defaults",
            f"--datadir={self._folder}/database",
            f"--user={getpass.getuser()}",
            "--bind-address=127.0.0.1",
            f"--port={self._database_port}",
            f"--socket={self._folder}/socket",
            f"--pid-file={self._folder}/pid",
        ]
        self._start(database, "database.log")
        while not (self._folder / "socket").exists():
            self._check(began)
        self._start([str(self._installed.node), "current/index.js"], "ghost.log")
        self._wait_for("/", "")

    def stop(self) -> None:
        """Stop Ghost, then its database; both are told first, so that they can put down what they hold."""
        while self._running:
            process = self._running.pop()
            process.terminate()
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def restart(self) -> None:
        """Stop both and start them again, so that nothing is left of what filling took."""
        self.stop()
        self.start()

    def set_up(self) -> None:
        """Name the owner, as on the first page that a new Ghost shows, and let her in."""
        owner = {"name": "Olga", "email": "olga@example.org", "password": PASSWORD, "blogTitle": "Elmford"}
        self._ask("POST", "/authentication/setup/", {"setup": [owner]})
        self._ask("POST", "/session/", {"username": owner["email"], "password": PASSWORD})

    def bring(self, posts: int) -> None:
        """Give the posts to Ghost's own importer and wait until all are published and on its front page."""
        boundary = "a-line-that-no-text-has"
        head = 'Content-Disposition: form-data; name="importfile"; filename="posts.json"'
        file = json.dumps(_archive(posts))
        body = f"--{boundary}\r\n{head}\r\nContent-Type: application/json\r\n\r\n{file}\r\n--{boundary}--\r\n"
        kind = f"multipart/form-data; boundary={boundary}"
        before, began = self._published(), time.perf_counter()
        self._ask("POST", "/db/", body.encode(), kind)
        while self._published() < before + posts:
            self._check(began)
            time.sleep(1)
        self._wait_for("/", f"({posts - 1})")

    def publish(self, releases: int, text: str) -> list[Shown]:
        """Publish drafts with this HTML one by one; return what each took."""
        times = []
        for _ in range(releases):
            title = f"Measured {time.time_ns()}"
            draft = {"title": title, "html": text, "status": "draft"}
            made = self._ask("POST", "/posts/?source=html", {"posts": [draft]})["posts"][0]
            change = {"status": "published", "updated_at": made["updated_at"]}
            if self._shows(f"/{made['slug']}/", title):
                sys.exit(f"Ghost showed the draft '{title}' before it was published; nothing to measure.")
            before = sum(map(processor_seconds, self.pids))
            began = time.perf_counter()
            self._ask("PUT", f"/posts/{made['id']}/", {"posts": [change]})
            moments = [time.perf_counter() - began]
            for path in (f"/{made['slug']}/", "/", "/rss/"):
                self._wait_for(path, title)
                moments.append(time.perf_counter() - began)
            worked = sum(map(processor_seconds, self.pids)) - before
            answered, page, front, feed = moments
            times.append(Shown(answered, page, front, feed, worked))
        return times

    def _start(self, command: list[str], log: str) -> None:
        environment = {**os.environ, "NODE_ENV": "production"}
        with (self._folder / log).open("ab") as output:
            self._running.append(
                subprocess.Popen(command, cwd=self._folder, env=environment, stdout=output, stderr=output)
            )

    def _published(self) -> int:
        found = self._ask("GET", "/posts/?limit=1&filter=status:published&fields=id")
        return int(found["meta"]["pagination"]["total"])

    def _wait_for(self, path: str, text: str) -> None:
        began = time.perf_counter()
        while not self._shows(path, text):
            self._check(began)

    def _check(self, began: float) -> None:
        """End if a program has ended, or if what has been waited for since `began` does not happen."""
        time.sleep(0.002)
        ended = any(process.poll() is not None for process in self._running)
        if ended or time.perf_counter() - began > PATIENCE:
            logs = [*self._folder.glob("*.log"), *self._folder.glob("content/logs/*error.log")]
            told = "\n".join(f"{log.name}: {log.read_text(errors='replace')[-2000:]}" for log in logs)
            sys.exit(f"Ghost or its database {'ended' if ended else 'takes too long'}.\n{told}")

    def _shows(self, path: str, text: str) -> bool:
        try:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
                connection.request("GET", path)
                answer = connection.getresponse()
                return text.encode() in answer.read() and answer.status == 200
        except (OSError, HTTPException):
            return False

    def _ask(
        self, method: str, path: str, said: Mapping[str, object] | bytes = b"", kind: str = "application/json"
    ) -> Any:  # whatever JSON Ghost answers
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        headers = {"Content-Type": kind, "Origin": f"http://127.0.0.1:{self.port}", "Cookie": self._session}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=600)) as connection:
            connection.request(method, f"/ghost/api/admin{path}", body, headers)
            answer = connection.getresponse()
            found = answer.read()
        if answer.status not in {200, 201, 202}:
            sys.exit(f"Ghost answered {method} {path} with {answer.status}: {found[:500]!r}.")
        self._session = (answer.headers["Set-Cookie"] or self._session).partition(";")[0]
        return json.loads(found) if answer.headers["Content-Type"].startswith("application/json") else None


def _archive(posts: int) -> dict[str, object]:
    """Return an export as Ghost writes them."""
    tags = [{"id": number, "name": f"Topic {number}", "slug": f"topic-{number}"} for number in range(TAGS)]
    first = datetime.now(UTC) - timedelta(minutes=10 * posts)
    rows = []
    for number, paragraphs in enumerate(islice(bodies(), posts)):
        at = f"{first + timedelta(minutes=10 * number):%Y-%m-%dT%H:%M:%S.000Z}"
        rows.append(
            {
                "id": number,
                "title": f"{' '.join(paragraphs[0].split()[:8])[:150]} ({number})",
                "slug": f"statement-{number}",
                "html": "".join(f"<p>{text}</p>" for text in paragraphs),
                "custom_excerpt": paragraphs[0][:300],
                "status": "published",
                **dict.fromkeys(("created_at", "updated_at", "published_at"), at),
            }
        )
    belongs = [{"post_id": number, "tag_id": number % TAGS} for number in range(posts)]
    meta = {"exported_on": int(time.time() * 1000), "version": "6.65.0"}
    return {"db": [{"meta": meta, "data": {"posts": rows, "tags": tags, "posts_tags": belongs}}]}
