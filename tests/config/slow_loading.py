# SPDX-License-Identifier: Apache-2.0
"""A web server whose program takes for ever to load. Run with a port; it says when loading has begun."""

from __future__ import annotations

import sys
import time
from wsgiref.types import WSGIApplication

from onrecord.config import environment, listening, server


def load() -> WSGIApplication:
    """Begin, and never come to an end."""
    print("loading", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    port = int(sys.argv[1])
    server.serve(
        listening.listen("127.0.0.1", port),
        environment.read({"ONRECORD_PORT": str(port), "ONRECORD_WEB_WORKERS": "1"}),
        {"version": 1},
        load,
        lambda: None,
    )
