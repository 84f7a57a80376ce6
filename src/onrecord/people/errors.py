# SPDX-License-Identifier: Apache-2.0
"""What can be refused about people, the organisation and the links that open doors."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied


class PeopleError(Exception):
    """Anything this app refuses; the message is a sentence for the person who asked."""


class NotAllowed(PeopleError, PermissionDenied):
    """The person does not hold the right."""


class NotSetUp(PeopleError):
    """There is no organisation yet: the set-up wizard has not been completed."""


class AlreadySetUp(PeopleError):
    """The set-up wizard was completed before; it works once."""


class LinkExpired(PeopleError):
    """The link is unknown, used, revoked or too old."""


class Refused(PeopleError):
    """The change would leave the newsroom in a state nobody can mend from the desk."""


class BadAddress(PeopleError):
    """What was given is no mail address."""
