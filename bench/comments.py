# SPDX-License-Identifier: Apache-2.0
"""Comments: reading a thread of 1,000, sending some, baking it again; with Isso in the same run.

    ./run bench comments [--comments 1000] [--alone 60] [--sent 200] [--seconds 4] [--no-peer]

Makes newsrooms of its own in temporary folders. Isso is what `tests/peers/install --measured` puts into
`.peers/isso`, with two gunicorn workers of eight threads; this program has two processes. The relay does not
answer: mail must not be part of a request. Forms come from a network each, with the work done, which is not
measured. One client sends `--alone` of them one after another, then eight `--sent` at once; all have to be
stored.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

CLIENTS = 8
PEER = Path(__file__).resolve().parent.parent / ".peers" / "isso" / "bin"
Form = tuple[str, bytes, dict[str, str]]
WORDS = (
    "Thank you for *testing* the water so quickly. Could you publish the **raw numbers** too?\n\n"
    "> The water is safe to drink\n\nWe in the north would like to see them, see https://example.org/{number}"
)


def main() -> None:
    """Measure this program, then Isso, with the same texts."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--comments", type=int, default=1000)
    arguments.add_argument("--alone", type=int, default=60)
    arguments.add_argument("--sent", type=int, default=200)
    arguments.add_argument("--seconds", type=int, default=4)
    arguments.add_argument("--no-peer", action="store_true")
    given = arguments.parse_args()
    print(f"load of this machine before: {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        found = ours(Path(folder), given)
    if given.no_peer:
        return
    if not (PEER / "gunicorn").exists():
        print("Isso is missing, so nothing is compared. Install it with: tests/peers/install --measured")
        return
    with tempfile.TemporaryDirectory() as folder:
        peer = isso(Path(folder), given)
    print(
        f"this program to Isso: p95 one after another {found.p95 / peer.p95:.2f}, "
        f"rate of {CLIENTS} clients {found.rate / peer.rate:.2f}"
    )


@dataclass(frozen=True, slots=True)
class Sending:
    """What came of sending: `p95` in milliseconds with one client, `rate` a second with eight."""

    p95: float
    rate: float


def ours(home: Path, given: argparse.Namespace) -> Sending:
    """Measure this program."""
    port = free_port()
    os.environ |= {
        "ONRECORD_HOME": str(home),
        "ONRECORD_PORT": str(port),
        "ONRECORD_MAIL_URL": "smtp://127.0.0.1:9?tls=none",
        "ONRECORD_MAIL_FROM": "news@elmford.example",
    }
    paths, number = filled(given.comments)
    forms = prepared(number, given.alone + given.sent)
    process = subprocess.Popen(
        [sys.executable, "-m", "onrecord", "start"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, "/forms/ticket?purpose=comment")  # until then only what is baked is answered
        name = f"the first of {len(paths)} pages of {given.comments:,} comments"
        show_reading(port, paths[0], given.seconds, name)
        found = show_sending("sending", port, forms, given.alone)
        print("aims: p95 < 50 ms one after another, 300/s")
        show_taken(given.comments + len(forms))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    return found


def filled(comments: int) -> tuple[list[str], int]:
    """Release a statement, bring comments to it, and time how long its thread takes to be baked again."""
    from onrecord.config import django_setup

    django_setup.load()
    from django.core.management import call_command

    from bench import archive
    from onrecord.bakery.actions import bake_all
    from onrecord.conversation import actions
    from onrecord.conversation.actions.appearance import touch
    from onrecord.conversation.formats import Foreign
    from onrecord.conversation.models import Comment
    from onrecord.conversation.pages import threads
    from onrecord.journal.events import CLOCK
    from onrecord.record import register
    from onrecord.statements.models import Publication
    from tests.statements import drafts

    call_command("createcachetable", verbosity=0)
    olga, ines = archive.prepare()
    register.bring_up_to_date()
    edition = drafts.released(olga, ines)
    publication = Publication.objects.get(statement=edition.statement_id)
    start = datetime.now(UTC) - timedelta(days=1)
    rows = [
        Foreign(
            id=str(number),
            page=publication.path,
            parent=str(number // 3) if number % 3 else "",
            name=f"Reader {number}",
            address=f"reader{number}@reader.example",
            link="",
            text=WORDS.format(number=number),
            at=start + timedelta(seconds=number),
            approved=True,
        )
        for number in range(comments)
    ]
    began = time.perf_counter()
    actions.import_comments(rows, source="bench", pages={}, by=CLOCK)
    print(f"importing {comments:,} comments: {comments / (time.perf_counter() - began):,.0f}/s")
    bake_all()
    placed = list(Comment.objects.order_by("path"))
    for name, comment in (("the last", placed[-1]), ("the one in the middle", placed[len(placed) // 2])):
        times, worked = [], []
        for turn in range(9):
            changed = comment.fragment.replace("Thank you", f"Thank you {turn}", 1)
            Comment.objects.filter(pk=comment.pk).update(fragment=changed)
            touch(comment)
            began, processor = time.perf_counter(), time.process_time()
            actions.bake_thread(edition.statement_id)
            times.append((time.perf_counter() - began) * 1000)
            worked.append((time.process_time() - processor) * 1000)
        print(
            f"baking again after {name} changed: median {statistics.median(times):.0f} ms (aim < 100), "
            f"{statistics.median(worked):.0f} ms of processor"
        )
    pages = threads.size_of(edition.statement_id).pages
    return [threads.path_of(publication.path, page) for page in range(1, pages + 1)], publication.pk


def stored() -> int:
    """Return how many comments the newsroom keeps, whatever has become of them."""
    from onrecord.conversation.models import Comment

    return Comment.objects.count()


def show_taken(expected: int) -> None:
    """Wait until what was sent has become comments, and tell how long that took since the last answer."""
    began = time.perf_counter()
    while stored() < expected and time.perf_counter() - began < 120:
        time.sleep(0.2)
    show_stored(stored(), expected)
    print(
        f"all are comments, and their mails frozen, {time.perf_counter() - began:.1f} s after the last answer"
    )


def prepared(publication: int, count: int) -> list[Form]:
    """Return forms as browsers send them, their tickets some seconds old, their work done."""
    from onrecord.people.strangers import tickets

    with ThreadPoolExecutor(2) as pool:  # hashing does not hold the interpreter
        forms = list(pool.map(lambda number: worked_form(publication, number), range(count)))
    time.sleep(tickets.YOUNGEST_SECONDS + 1)
    return forms


def worked_form(publication: int, number: int) -> Form:
    """Return a form from a network of its own, its work done."""
    import altcha

    from onrecord.people.strangers import tickets, work

    ticket = tickets.issue("comment", str(publication))
    challenge = altcha.Challenge.from_dict(work.challenge(ticket))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    payload = {"challenge": challenge.to_dict(), "solution": solution.to_dict()}
    fields = {
        "publication": publication,
        "name": f"Sender {number}",
        "address": f"sender{number}@reader.example",
        "text": WORDS.format(number=f"sent-{number}"),
        "ticket": ticket,
        "work": base64.b64encode(json.dumps(payload).encode()).decode(),
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": f"10.{number // 256}.{number % 256}.7",
    }
    return "/comments/send", urlencode(fields).encode(), headers


def isso(folder: Path, given: argparse.Namespace) -> Sending:
    """Measure Isso with as many comments and the same texts."""
    port = free_port()
    (folder / "isso.cfg").write_text(
        f"[general]\ndbpath = {folder}/comments.db\nhost = http://127.0.0.1:{port}/\n"
        f"[server]\nlisten = http://127.0.0.1:{port}/\n"
        "[guard]\nenabled = false\n[moderation]\nenabled = false\n"
    )
    process = subprocess.Popen(
        [
            PEER / "gunicorn",
            "-w",
            "2",
            "--threads",
            "8",
            "--keep-alive",
            "60",
            "-b",
            f"127.0.0.1:{port}",
            "isso.run",
        ],
        env={**os.environ, "ISSO_SETTINGS": str(folder / "isso.cfg")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, "/config")
        with closing(sqlite3.connect(folder / "comments.db", timeout=30)) as database, database:
            database.execute("INSERT INTO threads (id, uri, title) VALUES (1, '/water/', 'Water')")
            database.executemany(
                "INSERT INTO comments (tid, parent, created, mode, remote_addr, text, author, email, likes,"
                " dislikes, voters, notification) VALUES (1, NULL, ?, 1, '10.0.0.0', ?, ?, ?, 0, 0, ?, 0)",
                [
                    (time.time(), WORDS.format(number=n), f"Reader {n}", f"r{n}@reader.example", bytes(256))
                    for n in range(given.comments)
                ],
            )
        show_reading(port, "/?uri=%2Fwater%2F", given.seconds, f"Isso, {given.comments:,} comments")
        forms = [
            (
                "/new?uri=%2Fsent%2F",
                json.dumps(
                    {
                        "text": WORDS.format(number=f"sent-{number}"),
                        "author": f"Sender {number}",
                        "email": f"sender{number}@reader.example",
                        "title": "Sent",
                        "parent": None,
                    }
                ).encode(),
                {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}"},
            )
            for number in range(given.alone + given.sent)
        ]
        found = show_sending("Isso, sending", port, forms, given.alone)
        with closing(sqlite3.connect(folder / "comments.db", timeout=30)) as database:
            (count,) = database.execute("SELECT count(*) FROM comments").fetchone()
        show_stored(count, given.comments + len(forms))
    finally:
        process.terminate()
        process.wait(timeout=60)
    return found


def show_reading(port: int, path: str, seconds: int, name: str) -> None:
    """Read a page over eight connections that stay open, as a browser asks; this client is Python."""
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: br, gzip\r\n\r\n".encode()
    until = time.perf_counter() + seconds

    def read(_client: int) -> tuple[list[float], int]:
        times, size = [], 0
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            while (began := time.perf_counter()) < until:
                connection.sendall(asked)
                size = received(connection)
                times.append((time.perf_counter() - began) * 1000)
        return times, size

    with ThreadPoolExecutor(CLIENTS) as pool:
        found = list(pool.map(read, range(CLIENTS)))
    times = sorted(milliseconds for some, _size in found for milliseconds in some)
    print(
        f"reading {name} ({found[0][1]:,} bytes sent): {len(times) / seconds:,.1f} requests/s, "
        f"p50 {statistics.median(times):.1f} ms, p99 {times[int(len(times) * 0.99)]:.1f} ms"
    )


def received(connection: socket.socket) -> int:
    """Read one answer with a length; return how long its body is."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(1 << 16)
        if not more:
            sys.exit("The server closed a connection.")
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    if not head.startswith(b"HTTP/1.1 200") or length is None:
        sys.exit(f"The server answered {head[:200]!r}.")
    missing = int(length[1]) - len(body)
    while missing > 0:
        missing -= len(connection.recv(min(missing, 1 << 18)))
    return int(length[1])


def show_sending(name: str, port: int, forms: Sequence[Form], alone: int) -> Sending:
    """Send the first forms one after another, the others from eight clients at once; time each."""
    one, _took = sent(port, forms[:alone], 1)
    many, took = sent(port, forms[alone:], CLIENTS)
    rate = len(many) / took
    print(
        f"{name} one after another: p50 {statistics.median(one):.0f} ms, p95 {p95_of(one):.0f} ms\n"
        f"{name} with {CLIENTS} clients: {rate:,.0f}/s, "
        f"p50 {statistics.median(many):.0f} ms, p95 {p95_of(many):.0f} ms",
        flush=True,
    )
    return Sending(p95_of(one), rate)


def sent(port: int, forms: Sequence[Form], clients: int) -> tuple[list[float], float]:
    """Send forms over as many connections; return the milliseconds each waited, and seconds for all."""

    def send(mine: Sequence[Form]) -> list[float]:
        times = []
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            for path, body, headers in mine:
                began = time.perf_counter()
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                said = answer.read()
                times.append((time.perf_counter() - began) * 1000)
                if answer.status not in {200, 201}:
                    sys.exit(f"The server answered {answer.status}: {said[:200]!r}.")
        return times

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        found = [one for some in pool.map(send, (forms[n::clients] for n in range(clients))) for one in some]
    return found, time.perf_counter() - began


def p95_of(times: Sequence[float]) -> float:
    """Return what 95 of 100 stay below."""
    return sorted(times)[int(len(times) * 0.95)]


def show_stored(stored: int, expected: int) -> None:
    """Tell that all are stored; an answer alone proves nothing."""
    if stored != expected:
        sys.exit(f"{stored} comments are stored; {expected} were sent and brought.")
    print(f"stored: {stored:,}, none lost", flush=True)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, path: str) -> None:
    """Wait until a server answers."""
    for _ in range(1200):
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit(f"Nothing answers on port {port}.")
