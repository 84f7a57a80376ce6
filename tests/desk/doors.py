# SPDX-License-Identifier: Apache-2.0
"""Who may open which address of the desk and before it: the table that the permission test reads.

An entry is the name of an address, as `namespace:name`, or `namespace:*` for the rest of a namespace;
an address without a name is written as its route. What is not listed fails the test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

EVERYBODY = frozenset({"stranger", "max", "olga", "ines", "mo", "rosa", "otto", "ada"})
SIGNED_IN = EVERYBODY - {"stranger"}
STAFF = SIGNED_IN - {"max"}
WRITERS = frozenset({"olga", "ines"})
EDITORS = frozenset({"ines"})
MODERATORS = frozenset({"mo"})
REVIEWERS = frozenset({"rosa"})
OUTSIDE = frozenset({"otto"})
ADMINISTRATORS = frozenset({"ada"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Door:
    """Who is let in, and what the address needs to lead somewhere.

    `found=False`: in this test there is nothing behind the address, so that whoever is let in gets 404;
    only what the others are told is looked at.
    """

    who: frozenset[str]
    arguments: Mapping[str, object] = field(default_factory=dict)
    found: bool = True
    query: str = ""


def door(who: frozenset[str], *, found: bool = True, query: str = "", **arguments: object) -> Door:
    """Write a Door in one line of the table; a function as argument is asked for its value in the test."""
    return Door(who, arguments, found, query)


def _image() -> int:
    from wagtail.images.models import Image

    return int(Image.objects.get().pk)


def _document() -> int:
    from wagtail.documents.models import Document

    return int(Document.objects.get().pk)


def _person() -> int:
    from onrecord.people.models import User

    return int(User.objects.get(email="jan@example.org").pk)


Argument = Callable[[], object]

BEFORE_THE_DESK: dict[str, Door] = {
    "people_setup": door(EVERYBODY, found=False),
    "people_setup_step": door(EVERYBODY, found=False),
    "people_invitation": door(EVERYBODY, found=False),
    "people_look": door(EVERYBODY),
    "people_password_help": door(EVERYBODY),
    "people_end_session": door(SIGNED_IN, found=False),
    "account_login": door(EVERYBODY),
    "account_logout": door(EVERYBODY, found=False),
    "account_inactive": door(EVERYBODY),
    "account_reauthenticate": door(SIGNED_IN),
    "account_change_password": door(SIGNED_IN),
    "account_reset_password": door(EVERYBODY),  # says whom to ask; see people_password_help
    # Accounts come from invitations, and nothing is sent by e-mail.
    "account_signup": door(NOBODY),
    "account_email": door(NOBODY),
    "account_email_verification_sent": door(NOBODY),
    "account_confirm_email": door(NOBODY, key="key"),
    "account_set_password": door(NOBODY),
    "account_confirm_login_code": door(NOBODY),
    "account_reset_password_done": door(NOBODY),
    "account_reset_password_from_key": door(NOBODY, uidb36="1", key="key"),
    "account_reset_password_from_key_done": door(NOBODY),
    "accounts/signup/": door(NOBODY),
    "accounts/email/": door(NOBODY),
    "accounts/confirm-email/": door(NOBODY),
    "accounts/password/set/": door(NOBODY),
    "accounts/password/reset/done/": door(NOBODY),
    "accounts/password/reset/key/done/": door(NOBODY),
    "accounts/login/code/confirm/": door(NOBODY),
    "^accounts/confirm-email/.+$": door(NOBODY),
    "^accounts/password/reset/key/.+$": door(NOBODY),
    "mfa_index": door(SIGNED_IN),
    "mfa_authenticate": door(SIGNED_IN),  # leads on to the desk; asks for the code after the password only
    "mfa_reauthenticate": door(SIGNED_IN),
    "mfa_activate_totp": door(SIGNED_IN),
    "mfa_deactivate_totp": door(SIGNED_IN, found=False),
    "mfa_view_recovery_codes": door(SIGNED_IN, found=False),
    "mfa_generate_recovery_codes": door(SIGNED_IN),
    "mfa_download_recovery_codes": door(SIGNED_IN, found=False),
    "mfa_list_webauthn": door(SIGNED_IN),
    "mfa_add_webauthn": door(SIGNED_IN),
    "mfa_reauthenticate_webauthn": door(SIGNED_IN, found=False),
    "mfa_remove_webauthn": door(SIGNED_IN, found=False),
    "mfa_edit_webauthn": door(SIGNED_IN, found=False),
    "mfa_login_webauthn": door(EVERYBODY, found=False),  # answers scripts only
    "usersessions_list": door(SIGNED_IN),
}

DESK: dict[str, Door] = {
    "desk_home": door(STAFF),
    "desk_preferences": door(STAFF),
    "desk_login": door(NOBODY),  # leads on to account_login
    "wagtailadmin_login": door(NOBODY),
    "desk_media": door(STAFF - OUTSIDE, path="seen.txt"),
    "desk_link_chooser": door(STAFF),
    "people_list": door(ADMINISTRATORS),
    "people_invite": door(ADMINISTRATORS),
    "people_organisation": door(ADMINISTRATORS),
    # What stands behind a number is shown, or not, by the rights of its channel: tests/delivery.
    "deliveries_allow": door(WRITERS),
    "deliveries": door(ADMINISTRATORS | WRITERS),
    "deliveries_domains": door(ADMINISTRATORS | WRITERS),
    "deliveries_find": door(ADMINISTRATORS | WRITERS),
    "deliveries_host": door(ADMINISTRATORS | WRITERS, found=False),
    "deliveries_recipient": door(WRITERS, found=False),
    "deliveries_retry": door(WRITERS, found=False),
    "deliveries_one": door(ADMINISTRATORS | WRITERS, found=False),
    "deliveries_recipients": door(WRITERS, found=False),
    "deliveries_export": door(WRITERS, found=False),
    "deliveries_act_on_host": door(ADMINISTRATORS | WRITERS, found=False, deed="retry"),
    "deliveries_act": door(ADMINISTRATORS | WRITERS, found=False, deed="pause"),
    "inquiries": door(WRITERS),
    "inquiry_add": door(WRITERS),
    "inquiry_answers": door(WRITERS),
    "inquiry_mark": door(WRITERS, found=False),
    "inquiry_settings": door(WRITERS),  # editors alone change them: tests/press/test_inquiries_desk.py
    "inquiry": door(WRITERS, found=False),
    "inquiry_file": door(WRITERS, found=False),
    "inquiry_act": door(WRITERS, found=False, deed="take"),
    "press": door(WRITERS),
    "press_journalist_add": door(WRITERS),
    "press_journalist": door(WRITERS, found=False),
    "press_journalist_act": door(WRITERS, found=False, deed="stop"),
    "press_notice": door(WRITERS, found=False),
    "press_duplicates": door(WRITERS),
    "press_outlets": door(WRITERS),
    "press_outlet_add": door(WRITERS),
    "press_outlet": door(WRITERS, found=False),
    "press_lists": door(WRITERS),
    "press_list": door(WRITERS, found=False),
    "press_list_act": door(WRITERS, found=False, deed="rename"),
    "accreditation": door(WRITERS | MODERATORS),
    "accreditation_export": door(WRITERS | MODERATORS),
    "accreditation_one": door(WRITERS | MODERATORS, found=False),
    "moderation_item_file": door(MODERATORS | REVIEWERS | OUTSIDE, found=False),
    "coverage": door(WRITERS),
    "coverage_add": door(WRITERS),
    "coverage_figures": door(WRITERS),
    "coverage_export": door(WRITERS),
    "coverage_settings": door(WRITERS),
    "coverage_evidence": door(WRITERS, found=False),
    "coverage_one": door(WRITERS, found=False),
    "coverage_act": door(WRITERS, found=False, deed="refuse"),
    "press_list_export": door(WRITERS, found=False),
    "press_distributions": door(WRITERS),
    "press_policy": door(WRITERS),
    "press_distribution_add": door(WRITERS, found=False),
    "press_embargo_add": door(WRITERS, found=False),
    "press_embargo": door(WRITERS, found=False),
    "press_embargo_breach": door(WRITERS, found=False),
    "press_embargo_act": door(WRITERS, found=False, deed="lift"),
    "press_distribution": door(WRITERS, found=False),
    "press_distribution_edit": door(WRITERS, found=False),
    "press_distribution_preview": door(WRITERS, found=False),
    "press_distribution_act": door(WRITERS, found=False, deed="send"),
    "press_imports": door(WRITERS),
    "press_import": door(WRITERS, found=False),
    "press_import_start": door(WRITERS, found=False),
    "followers": door(ADMINISTRATORS | WRITERS),
    "followers_end": door(ADMINISTRATORS | WRITERS, found=False),
    "moderation_bundle": door(MODERATORS | frozenset({"rosa"}) | ADMINISTRATORS, found=False, pk=1),
    "moderation_platforms": door(ADMINISTRATORS),
    "moderation_platform_add": door(ADMINISTRATORS, found=False),
    "moderation_platform_token": door(ADMINISTRATORS, found=False, pk=1),
    "moderation_platform_secret": door(ADMINISTRATORS, found=False),
    "moderation_platform_end": door(ADMINISTRATORS, found=False, pk=1),
    "moderation_token_end": door(ADMINISTRATORS, found=False, pk=1),
    "moderation_filing": door(ADMINISTRATORS),
    "moderation_filing_statements": door(ADMINISTRATORS, found=False),
    "moderation_filing_year": door(ADMINISTRATORS, year=2026),
    "moderation_filing_download": door(ADMINISTRATORS, year=2026),
    "moderation_filing_publish": door(ADMINISTRATORS, found=False, year=2026),
    "federation_accounts": door(ADMINISTRATORS),
    "federation_account_open": door(ADMINISTRATORS),
    "federation_account": door(ADMINISTRATORS, found=False, name="press"),
    "federation_account_keys": door(ADMINISTRATORS, found=False, name="press"),
    "federation_account_close": door(ADMINISTRATORS, found=False, name="press"),
    "federation_quotes": door(ADMINISTRATORS | WRITERS | MODERATORS),
    "federation_quotes_policy": door(ADMINISTRATORS, found=False),
    "federation_quote_revoke": door(MODERATORS, found=False),
    "federation_servers": door(ADMINISTRATORS | WRITERS | MODERATORS),
    "federation_server": door(ADMINISTRATORS | WRITERS | MODERATORS, found=False, name="social.example"),
    "federation_blocks": door(ADMINISTRATORS | MODERATORS),
    "federation_blocks_publish": door(ADMINISTRATORS, found=False),
    "federation_block_lift": door(ADMINISTRATORS | MODERATORS, found=False),
    "webhooks": door(ADMINISTRATORS | WRITERS),
    "webhook_add": door(ADMINISTRATORS),
    "webhook": door(ADMINISTRATORS | WRITERS, found=False),
    "webhook_pause": door(ADMINISTRATORS | WRITERS, found=False),
    "webhook_resume": door(ADMINISTRATORS | WRITERS, found=False),
    "webhook_test": door(ADMINISTRATORS | WRITERS, found=False),
    "webhook_replay": door(ADMINISTRATORS | WRITERS, found=False),
    "webhook_rotate": door(ADMINISTRATORS, found=False),
    "webhook_remove": door(ADMINISTRATORS, found=False),
    "destinations": door(ADMINISTRATORS | WRITERS),
    "destination_add": door(ADMINISTRATORS),
    "destination": door(ADMINISTRATORS | WRITERS, found=False),
    "destination_act": door(ADMINISTRATORS | WRITERS, found=False, deed="pause"),
    "destination_one": door(ADMINISTRATORS | WRITERS, found=False, deed="again"),
    "destination_send": door(ADMINISTRATORS | WRITERS, found=False),
    "destination_rotate": door(ADMINISTRATORS, found=False),
    "destination_close": door(ADMINISTRATORS, found=False),
    "destination_token": door(ADMINISTRATORS, found=False),
    "destination_token_revoke": door(ADMINISTRATORS, found=False),
    "wire_topics": door(WRITERS),
    "room_texts:list": door(WRITERS),
    "room_texts:*": door(WRITERS, found=False),
    "room_pictures:list": door(WRITERS),
    "room_pictures:*": door(WRITERS, found=False),
    "press_conferences:list": door(WRITERS),
    "press_conferences:*": door(WRITERS, found=False),
    "moderation_queue": door(MODERATORS),
    "moderation_spam": door(MODERATORS, found=False),
    "moderation_open": door(MODERATORS, found=False),
    "moderation_case": door(MODERATORS | REVIEWERS, found=False),
    "moderation_samples": door(MODERATORS | REVIEWERS),
    "moderation_recheck": door(MODERATORS | REVIEWERS, found=False),
    "moderation_put_right": door(REVIEWERS, found=False),
    "moderation_proposal": door(MODERATORS | EDITORS, found=False),
    "moderation_sign": door(MODERATORS | EDITORS, found=False),
    "moderation_decline": door(MODERATORS | EDITORS, found=False),
    "moderation_withdraw": door(MODERATORS, found=False),
    "moderation_claim": door(MODERATORS, found=False),
    "moderation_release": door(MODERATORS, found=False),
    "moderation_approve": door(MODERATORS, found=False),
    "moderation_triage": door(MODERATORS, found=False),
    "moderation_sender": door(MODERATORS, found=False),
    "moderation_appeals": door(REVIEWERS | OUTSIDE | ADMINISTRATORS),
    "moderation_appeal": door(REVIEWERS | OUTSIDE, found=False),
    "moderation_take": door(REVIEWERS, found=False),
    "moderation_assign": door(ADMINISTRATORS, found=False),
    "moderation_give_back": door(REVIEWERS | OUTSIDE | ADMINISTRATORS, found=False),
    "moderation_ask": door(REVIEWERS | OUTSIDE, found=False),
    "moderation_appellant": door(REVIEWERS, found=False),
    "moderation_refuse": door(REVIEWERS | OUTSIDE, found=False),
    "moderation_attachment": door(REVIEWERS | OUTSIDE, found=False),
    "moderation_outside": door(ADMINISTRATORS),
    "moderation_order": door(ADMINISTRATORS),
    "moderation_order_follow": door(ADMINISTRATORS, found=False),
    "moderation_dispute": door(ADMINISTRATORS),
    "moderation_dispute_outcome": door(ADMINISTRATORS, found=False),
    "moderation_rules": door(MODERATORS | EDITORS),
    "moderation_publish_rules": door(EDITORS, found=False),
    "moderation_settings": door(ADMINISTRATORS),
    "moderation_add_flagger": door(ADMINISTRATORS, found=False),
    "moderation_end_flagger": door(ADMINISTRATORS, found=False),
    "comments": door(MODERATORS),
    "comments_approve": door(MODERATORS, found=False),
    "comments_policy": door(MODERATORS),
    "comments_statement_policy": door(MODERATORS, found=False),
    "identity": door(ADMINISTRATORS),
    "identity_check": door(ADMINISTRATORS),
    "people_person": door(ADMINISTRATORS, pk=_person),
    "people_roles": door(ADMINISTRATORS, pk=_person),
    "people_new_link": door(ADMINISTRATORS, pk=_person),
    "people_revoke": door(ADMINISTRATORS, pk=_person),
    "people_deactivate": door(ADMINISTRATORS, pk=_person),
    "people_reactivate": door(ADMINISTRATORS, pk=_person),
}

WAGTAIL: dict[str, Door] = {
    "wagtailadmin_home": door(STAFF),
    "wagtailadmin_account": door(STAFF),
    "wagtailadmin_logout": door(STAFF, found=False),
    "wagtailadmin_dismissibles": door(STAFF),
    "wagtailadmin_sprite": door(STAFF | {"stranger"}),
    "wagtailadmin_javascript_catalog": door(STAFF | {"stranger"}),
    "wagtailadmin_block_preview": door(STAFF, found=False),
    "wagtailadmin_editing_sessions:ping": door(
        STAFF, found=False, app_label="statements", model_name="statement"
    ),
    "wagtailadmin_editing_sessions:release": door(STAFF, found=False),
    "wagtailadmin_tag_autocomplete": door(STAFF, query="?term=a"),
    "wagtailadmin_tag_model_autocomplete": door(STAFF, found=False),
    "wagtailadmin_choose_page": door(STAFF),  # leads on to external links
    "wagtailadmin_choose_page_external_link": door(STAFF),
    "wagtailadmin_choose_page_email_link": door(STAFF),
    "wagtailadmin_choose_page_phone_link": door(STAFF),
    "wagtailadmin_choose_page_anchor_link": door(STAFF),
    "desk/test404/": door(STAFF),
    "desk/^.*/$": door(NOBODY),
    # Screens that would lead around our own actions do not exist: desk/middleware.py.
    "wagtailadmin_api:*": door(NOBODY),
    "wagtailadmin_pages:*": door(NOBODY),
    "wagtailadmin_collections:*": door(NOBODY),
    "wagtailadmin_workflows:*": door(NOBODY),
    "wagtailadmin_reports:*": door(NOBODY),
    "wagtailusers_users:*": door(NOBODY),
    "wagtailusers_groups:*": door(NOBODY),
    "wagtailsites:*": door(NOBODY),
    "wagtailforms:*": door(NOBODY),
    "wagtailsettings:*": door(NOBODY),
    "wagtailadmin_explore": door(NOBODY),
    "wagtailadmin_explore_root": door(NOBODY),
    "wagtailadmin_explore_results": door(NOBODY),
    "wagtailadmin_choose_page_child": door(NOBODY),
    "wagtailadmin_choose_page_search": door(NOBODY),
    "wagtailadmin_choose_page_chosen_multiple": door(NOBODY),
    "wagtailadmin_error_test": door(NOBODY),
    "wagtailadmin_password_reset": door(NOBODY),
    "wagtailadmin_password_reset_done": door(NOBODY),
    "wagtailadmin_password_reset_confirm": door(NOBODY),
    "wagtailadmin_password_reset_complete": door(NOBODY),
    "wagtail_bulk_action": door(NOBODY, app_label="wagtailcore", model_name="page", action="publish"),
    # The library of pictures and files: writers add, those who added it or editors change.
    "wagtailimages:index": door(WRITERS),
    "wagtailimages:index_results": door(WRITERS),
    "wagtailimages:add": door(WRITERS),
    "wagtailimages:add_multiple": door(WRITERS),
    "wagtailimages:edit": door(EDITORS, image_id=_image),
    "wagtailimages:delete": door(EDITORS, image_id=_image),
    "wagtailimages:image_usage": door(EDITORS, image_id=_image),
    "wagtailimages:preview": door(EDITORS, image_id=_image, filter_spec="width-10"),
    "wagtailimages:url_generator": door(NOBODY),
    "wagtailimages:url_generator_output": door(NOBODY),
    "wagtailimages:*": door(WRITERS, found=False),
    "wagtailimages_chooser:chosen": door(WRITERS, pk=_image),
    "wagtailimages_chooser:create": door(WRITERS),
    "wagtailimages_chooser:select_format": door(WRITERS, image_id=_image),
    "wagtailimages_chooser:*": door(STAFF),  # shows others nothing
    "wagtaildocs:index": door(WRITERS),
    "wagtaildocs:index_results": door(WRITERS),
    "wagtaildocs:add": door(WRITERS),
    "wagtaildocs:add_multiple": door(WRITERS),
    "wagtaildocs:edit": door(EDITORS, document_id=_document),
    "wagtaildocs:delete": door(EDITORS, document_id=_document),
    "wagtaildocs:document_usage": door(EDITORS, document_id=_document),
    "wagtaildocs:*": door(WRITERS, found=False),
    "wagtaildocs_chooser:chosen": door(WRITERS, pk=_document),
    "wagtaildocs_chooser:create": door(WRITERS),
    "wagtaildocs_chooser:*": door(STAFF),  # shows others nothing
}
