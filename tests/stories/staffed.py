# SPDX-License-Identifier: Apache-2.0
"""A newsroom that is set up, with its staff: `python -m tests.stories.staffed SITE` fills an empty one.

Run with the newsroom's own variables, before its program starts. Test processes fill one each and copy it for
every story; only the story of the first day goes through the wizard in a browser. Whoever works there has
signed in: `sessions.json` in the data directory has the session of each by first name.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from playwright.sync_api import Browser

from tests.config.newsrooms import ROOT, Newsroom
from tests.stories.desk import PASSWORD, Colleague

if TYPE_CHECKING:
    from onrecord.people.models import User

SESSIONS = "sessions.json"
MAIL = {
    "ONRECORD_MAIL_URL": "smtp://127.0.0.1:9?tls=none",
    "ONRECORD_MAIL_FROM": "news@elmford.example",
}
"""Pages say other things where no mail can be sent; at this address nobody answers."""


def fill(newsroom: Newsroom) -> None:
    """Set up a newsroom that was never started, and invite Olga, who writes, and Ines, who approves."""
    filled = subprocess.run(
        [sys.executable, "-m", "tests.stories.staffed", f"http://127.0.0.1:{newsroom.port}"],
        env=newsroom.variables, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert filled.returncode == 0, filled.stderr


def staff(browser: Browser, newsroom: Newsroom) -> tuple[Colleague, Colleague, Colleague]:
    """Open browsers for Ada, Olga and Ines, who have signed in."""
    site = f"http://127.0.0.1:{newsroom.port}"
    sessions = json.loads((newsroom.home / SESSIONS).read_text(encoding="utf-8"))

    def at_work(name: str) -> Colleague:
        colleague = Colleague.arrives(browser, site)
        colleague.page.context.add_cookies([{"name": "sessionid", "value": sessions[name], "url": site}])
        return colleague

    return at_work("ada"), at_work("olga"), at_work("ines")


def main(site: str) -> None:
    """Prepare the database and the desk of the environment's newsroom, set it up, bake its pages."""
    from onrecord.config import django_setup

    django_setup.load()
    from django.conf import settings

    from onrecord.config import prepare
    from onrecord.journal import reactions

    quick_passwords()
    prepare.prepare(settings.ENVIRONMENT, settings.HOME, lambda done, total: None)
    people = _set_up(site)
    while reactions.drain():
        pass
    sessions = {name: session_of(person) for name, person in people.items()}
    (settings.HOME / SESSIONS).write_text(json.dumps(sessions), encoding="utf-8")


def quick_passwords() -> None:
    """Hash passwords quickly in this process: nobody signs in with one of them."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def session_of(user: User) -> str:
    """Return the session of somebody who has signed in, second factor included."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _set_up(site: str) -> dict[str, User]:
    from onrecord.people import actions
    from onrecord.people.roles import Role

    path = actions.issue_setup_link()
    assert path is not None
    token = path.split("/")[2]
    entered = {
        "name": "Town of Elmford",
        "about": "",
        "address": site,
        "languages": ["en", "fr", "ar"],
        "time_zone": "Europe/Brussels",
        "accent": "#8a1538",
    }
    actions.keep_setup_draft(token, entered)
    first = actions.Administrator("Ada Administrator", "ada@example.org", PASSWORD, also_writes=False)
    ada = actions.set_up(token, first)
    people = {"ada": ada}
    for name, role in (("Olga Writer", Role.PRESS_OFFICER), ("Ines Editor", Role.EDITOR)):
        nick = name.partition(" ")[0].lower()
        issued = actions.invite(name=name, email=f"{nick}@example.org", roles=[role], by=ada)
        people[nick] = actions.accept_invitation(issued.token, password=PASSWORD)
    for person in people.values():
        _add_second_factor(person)
    return people


def _add_second_factor(person: User) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)


if __name__ == "__main__":
    main(sys.argv[1])
