# SPDX-License-Identifier: Apache-2.0
"""Bake a whole archive from nothing: statements per second, and the most memory at one time.

./run bench bake [--size 10000]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from onrecord.config import django_setup


def main() -> None:
    """Grow an archive, throw the site away, bake it all."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--size", type=int, default=10_000)
    size = arguments.parse_args().size
    django_setup.load()
    from django.conf import settings

    from onrecord.bakery import actions
    from onrecord.bakery.models import BakedFile

    # In a process of its own: what it needs is no part of what the bake needs.
    subprocess.run([sys.executable, "-c", _GROW, str(size)], check=True)  # ours
    site, old = Path(settings.HOME) / "site", Path(settings.HOME) / "site.old"
    shutil.rmtree(old, ignore_errors=True)
    if site.exists():
        # Not deleted now: ext4 looks at each inode freed in the last minutes before it gives out another.
        site.rename(old)
    BakedFile.objects.all().delete()
    memory = Memory()
    memory.start()
    start = time.perf_counter()
    baked = actions.bake_all()
    took = time.perf_counter() - start
    memory.stop()
    print(
        f"{size:,} statements, {baked.keys:,} keys, {baked.written:,} files in {took:.1f} s: "
        f"{size / took:.0f} statements/s (aim ≥ 300), "
        f"at most {memory.peak / 2**20:.0f} MiB in all processes (aim < 500)"
    )


_GROW = """
import sys
from onrecord.config import django_setup
django_setup.load()
from bench import archive
archive.grow(int(sys.argv[1]))
"""


class Memory(threading.Thread):
    """Samples the proportional set size of this process and its children; `peak` is in bytes."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.2):
            self.peak = max(self.peak, sum(_pss(pid) for pid in _family()))

    def stop(self) -> None:
        """Stop sampling."""
        self._over.set()
        self.join()


def _family() -> list[Path]:
    me = Path("/proc/self").resolve()
    parents = {me.name}
    found = [me]
    for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            parent = (process / "stat").read_text().rsplit(")", 1)[1].split()[1]
        except OSError:
            continue
        if parent in parents:
            parents.add(process.name)
            found.append(process)
    return found


def _pss(process: Path) -> int:
    try:
        rollup = (process / "smaps_rollup").read_text()
    except OSError:
        return 0
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
