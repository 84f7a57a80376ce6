# SPDX-License-Identifier: Apache-2.0
"""Staff accounts, their roles, and the organisation they speak for."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A member of staff. Signs in with e-mail address, password and, where required, a second factor."""

    email = models.EmailField("e-mail address", unique=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.email
