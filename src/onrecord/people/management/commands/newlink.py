# SPDX-License-Identifier: Apache-2.0
"""`onrecord manage newlink ada@example.org`: the way back in when no administrator can sign in any more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from onrecord.people.actions import issue_link_for_operator
from onrecord.people.errors import Refused
from onrecord.people.models import Organisation


class Command(BaseCommand):
    """Print a link with which somebody chooses a new password and second factor."""

    help = "Print a link with which somebody chooses a new password and second factor. It is journalled."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address with which the person signs in")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            issued = issue_link_for_operator(options["email"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{Organisation.current().address}{issued.path}")
