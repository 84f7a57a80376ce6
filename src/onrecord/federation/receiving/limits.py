# SPDX-License-Identifier: Apache-2.0
"""How much one server and one network may send in a minute, how often they make the program ask elsewhere.

Counted in a table that all processes share; of networks only a keyed hash is kept, for these minutes.
"""

from __future__ import annotations

from onrecord.federation.receiving.errors import TooMuch
from onrecord.people.strangers import counting

MINUTE = 60
ACTIVITIES = {"host": 1_200, "network": 2_400}
"""Activities of one server, from one network. A statement that is shared widely brings hundreds."""
FETCHES = {"host": 120, "network": 120}
"""Accounts and keys that are asked for because of one server, or of requests from one network."""
AGAIN_AFTER = 60
"""Seconds after which somebody who sent too much may try again."""


def names(what: str, *, host: str, reader: str) -> dict[str, str]:
    """Return how the counters are called: of a server by name, of a network by a hash."""
    network = counting.hidden(counting.network_of(reader))
    return {"host": f"federation/{what}/host/{host[:80]}", "network": f"federation/{what}/network/{network}"}


def refuse_too_many(*, host: str, reader: str) -> None:
    """Raise TooMuch for a server or network that has sent as much as it may. Counts nothing."""
    counters = names("in", host=host, reader=reader)
    so_far = counting.counted(counters.values(), seconds=MINUTE)
    for what, name in counters.items():
        if so_far[name] >= ACTIVITIES[what]:
            raise TooMuch(
                f"At most {ACTIVITIES[what]} activities are taken from one {what} in a minute."
                f" Send this one again after {AGAIN_AFTER} seconds."
            )


def count_activity(*, host: str, reader: str) -> None:
    """Count an activity that is taken, in the transaction that takes it."""
    counting.count(names("in", host=host, reader=reader).values(), 1, seconds=MINUTE)


def count_fetch(*, host: str, reader: str) -> None:
    """Count that somebody makes the program ask elsewhere. Raises TooMuch."""
    counters = names("fetch", host=host, reader=reader)
    so_far = counting.count(counters.values(), 1, seconds=MINUTE)
    if any(so_far[name] > FETCHES[what] for what, name in counters.items()):
        raise TooMuch(
            "Too many accounts of your server had to be asked for in this minute."
            f" Send this again after {AGAIN_AFTER} seconds."
        )
