# SPDX-License-Identifier: Apache-2.0
"""Runs the check of actors of the pasture on 127.0.0.1: PORT, and a FOLDER for what it writes."""

import asyncio
import os
import sys

port, folder = sys.argv[1:]
os.chdir(folder)

# It is not in .venv, and looks at the folder as soon as it is loaded.
from fediverse_pasture.verify_actor import build_app  # type: ignore[import-not-found]  # noqa: E402

app = build_app(False, f"127.0.0.1:{port}", False, 20)
asyncio.run(app.run_task(host="127.0.0.1", port=int(port)))
