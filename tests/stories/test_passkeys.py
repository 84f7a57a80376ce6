# SPDX-License-Identifier: Apache-2.0
"""A passkey is the only second factor, and the only thing needed to sign in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.config.newsrooms import Newsroom
from tests.stories.desk import Colleague

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def running(brand_new: Newsroom) -> Newsroom:
    """Return a newsroom that nobody has set up yet: it gets another address than others."""
    return brand_new


def test_whoever_adds_a_passkey_signs_in_with_it_alone_and_reads_why_not(
    running: Newsroom, chromium: Browser
) -> None:
    site = f"http://localhost:{running.port}"  # passkeys belong to names, not to numbers
    link = re.search(r"/setup/\S+", running.log)
    assert link is not None
    ada, pia = (Colleague.arrives(chromium, site) for _ in range(2))
    ada.sets_up(site + link[0], organisation="Elmford", name="Ada Administrator", email="ada@example.org")
    devices = pia.page.context.new_cdp_session(pia.page)
    devices.send("WebAuthn.enable")
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    pia.page.goto(ada.invites(name="Pia Editor", email="pia@example.org", role="editor"))
    pia._choose_password()
    pia.page.get_by_role("link", name="Add a passkey").click()
    expect(pia.page.get_by_label("Sign in with it alone")).to_be_checked()
    pia.page.get_by_role("button", name="Continue").click()
    expect(pia.page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    pia.page.goto(f"{site}/accounts/logout/")
    pia._continue()

    pia.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(pia.page.get_by_role("heading", name="What needs me now")).to_be_visible()
    pia.page.goto(f"{site}/accounts/logout/")
    pia._continue()
    devices.send("WebAuthn.clearCredentials", {"authenticatorId": device["authenticatorId"]})
    pia.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(pia.page.get_by_role("alert")).to_contain_text("Your browser used no passkey")
    assert pia.complaints == []
