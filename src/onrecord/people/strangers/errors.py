# SPDX-License-Identifier: Apache-2.0
"""Why a form of a stranger is not taken."""

from __future__ import annotations

from django.utils.translation import gettext as _


class NotAdmitted(Exception):
    """A form is not taken; the message is a sentence for whoever sent it."""


class Trapped(NotAdmitted):
    """A program filled in what no person sees. Answer as if all were well, and do nothing."""


class ReadFirst(NotAdmitted):
    """The form holds no ticket, or one that is too new or too old: show it again, with a fresh one."""


class SentAlready(NotAdmitted):
    """The ticket is used up: the same form was sent before."""

    def __init__(self) -> None:
        super().__init__(_("This form has been sent already. Nothing was done a second time."))


class TooOften(NotAdmitted):
    """More forms than one network or address, or all together, may send."""
