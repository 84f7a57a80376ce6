# SPDX-License-Identifier: Apache-2.0
"""What the bakery refuses, and why."""

from onrecord.journal.errors import NotNow


class BakeError(Exception):
    """Something that must be mended before the site can be baked as asked."""


class UnsafeAddress(BakeError):
    """An address that could leave the site directory, or that servers would read differently."""


class MisleadingName(BakeError):
    """A file whose name tells servers another media type or lifetime than it has."""


class AddressTaken(BakeError):
    """Two keys yield a file at the same address, or one needs a folder where the other has a file."""


class WriteOnceRefused(BakeError):
    """A file that is written once came back with other bytes."""


class UnknownFamily(BakeError):
    """A key of a family that nobody registered."""


class FullBakeRunning(BakeError, NotNow):
    """Another process is baking everything at this moment."""


class BakeIncomplete(BakeError):
    """Some keys of a full bake failed; all others are baked."""
