# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import Progress

from onrecord.statements import search


class Command(BaseCommand):
    """Fill the search index again from the published editions."""

    help = "Fill the search index again from the published editions. Readers can search meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("Indexing statements", total=None)
            count = search.rebuild(lambda done, total: bar.update(task, completed=done, total=total))
        self.stdout.write(f"{count} statements can be found.")
