# SPDX-License-Identifier: Apache-2.0
"""Keeps what Python compiles, also on machines that ask it not to, as many containers do.

Tests start hundreds of programs; each loads in half the time when nothing has to be compiled. It is kept in
the virtual environment, away from the sources. Every pytest loads this first: `addopts` in pyproject.toml.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(sys.prefix) / "compiled")
    # The programs that tests start, and the other test processes, do the same.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
