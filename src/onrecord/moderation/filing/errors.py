# SPDX-License-Identifier: Apache-2.0
"""What is refused in filing, always with the way out."""

from __future__ import annotations

from onrecord.moderation.errors import ModerationError


class NotReady(ModerationError):
    """A report that cannot be made yet: texts are missing, or its year is not over."""


class NotOwed(ModerationError):
    """Something that only another role under the law may file."""
