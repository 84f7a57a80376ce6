# SPDX-License-Identifier: Apache-2.0
"""Ask several machines at once, each in a conversation of its own, within one time for all."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from onrecord.outbound import DEFAULT_LIMIT, MAX_REDIRECTS, fetch
from onrecord.outbound.addresses import Private
from onrecord.outbound.answers import Response
from onrecord.outbound.errors import OutboundError, TooSlow

MAX_AT_ONCE = 16
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """One request of a conversation; see onrecord.outbound.fetch."""

    url: str
    method: str = "GET"
    body: bytes | None = field(default=None, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    limit: int = DEFAULT_LIMIT
    allow_private: Private = False
    redirects: int = MAX_REDIRECTS


Conversation: TypeAlias = Generator[Question, Response | OutboundError, T]
"""Yields questions, is sent what came of each, returns its result. Runs in the thread of the caller."""


@dataclass(slots=True)
class _Course(Generic[T]):
    conversation: Conversation[T]
    result: list[T] = field(default_factory=list)


def converse(conversations: Sequence[Conversation[T]], *, seconds: float) -> list[T]:
    """Hold all conversations at once and return their results, in order, after at most about `seconds`.

    Whoever has not answered by then is sent TooSlow for this and for every further question. The
    conversations may use the database: they run in the calling thread, only the waiting is elsewhere.
    """
    if not conversations:
        return []
    end = time.monotonic() + seconds
    courses = [_Course(conversation) for conversation in conversations]
    with ThreadPoolExecutor(min(len(courses), MAX_AT_ONCE), thread_name_prefix="outbound") as threads:
        waiting: dict[Future[Response | OutboundError], _Course[T]] = {}
        for course in courses:
            _go_on(course, None, waiting, threads, end)
        while waiting:
            for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                _go_on(waiting.pop(done), done.result(), waiting, threads, end)
    return [course.result[0] for course in courses]


def _go_on(
    course: _Course[T],
    answer: Response | OutboundError | None,
    waiting: dict[Future[Response | OutboundError], _Course[T]],
    threads: ThreadPoolExecutor,
    end: float,
) -> None:
    """Give a conversation its answer, and ask its next question."""
    try:
        question = next(course.conversation) if answer is None else course.conversation.send(answer)
    except StopIteration as finished:
        course.result.append(finished.value)
        return
    waiting[threads.submit(_ask, question, end)] = course


def _ask(question: Question, end: float) -> Response | OutboundError:
    left = end - time.monotonic()
    if left <= 0:
        return TooSlow("The time for asking was over.")
    try:
        return fetch(
            question.url,
            method=question.method,
            body=question.body,
            headers=question.headers,
            limit=question.limit,
            timeout=left,
            allow_private=question.allow_private,
            redirects=question.redirects,
        )
    except OutboundError as error:
        return error
