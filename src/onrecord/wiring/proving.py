# SPDX-License-Identifier: Apache-2.0
"""What follows in the record: registers of keys, witnesses, timestamps, what others hold of the log."""

from __future__ import annotations

from onrecord.bakery import actions as bakery
from onrecord.federation import keyring
from onrecord.identity import actions as identity
from onrecord.identity import pages as well_known
from onrecord.identity.tasks import ask_domains
from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from onrecord.proof.register import COMPROMISED
from onrecord.record import elsewhere, register, rotation, timestamps
from onrecord.record.tasks import stamp, watch
from onrecord.record.witnesses import asking
from onrecord.statements import actions as statements
from onrecord.statements.pages import anchors, documents, log, logbook
from onrecord.statements.tasks import collect_cosignatures


def ask_witnesses(entry: Entry) -> None:
    asking.ask_missing()


def ask_witnesses_again() -> None:
    if asking.anything_due():
        collect_cosignatures.enqueue()


def witnesses_changed(entry: Entry) -> None:
    bakery.bake([*log.policy_keys(), *logbook.all_keys()])
    statements.collect_cosignatures()


def bake_cosignatures(entry: Entry) -> None:
    bakery.bake(log.keys_after_cosigning(new=True))


def watch_others() -> None:
    if elsewhere.is_due():
        watch.enqueue()


def heed_witness(entry: Entry) -> None:
    """Stop the log if what a witness shows proves that this database is not the newest."""
    if entry.data["checkpoint"]:
        shown = entry.data["checkpoint"].encode()
        elsewhere.note(f"The witness {entry.data['witness']}", shown, origin=Organisation.current().origin)
    elsewhere.watch(Organisation.current().origin)


def keep_register() -> None:
    """Log a register of keys if there is none, or if something that it says has changed."""
    if Organisation.objects.exists():
        register.bring_up_to_date()
        rotation.tidy()
        if not register.has_roots():
            rotation.close_log_keys()


def follow_with_register(entry: Entry) -> None:
    keyring.make()  # the first register lists them
    keep_register()


def change_register(entry: Entry) -> None:
    if register.exists():
        keep_register()


def bake_register(entry: Entry) -> None:
    pages_of_keys = [*documents.keys_for(entry.data["path"]), *well_known.all_keys()]
    bakery.bake([*log.keys_before_pages(), *pages_of_keys, *logbook.all_keys()])


def bake_signed_register(entry: Entry) -> None:
    if entry.data["complete"]:
        bakery.bake_all()  # it is in every bundle


def bake_after_closing(entry: Entry) -> None:
    if entry.data["role"] == "log" and entry.data["state"] == COMPROMISED:
        bakery.bake_all()  # every proof leads to a checkpoint of the new key from now on


def bake_logbook() -> None:
    """Show what changes by the clock alone: a seal that is late, a witness that is silent."""
    if Organisation.objects.exists():
        bakery.bake(logbook.all_keys())


def bake_well_known() -> None:
    bakery.bake(well_known.all_keys())


def bake_timestamp(entry: Entry) -> None:
    bakery.bake([(anchors.NAME, (str(entry.data["size"]),)), *logbook.all_keys()])


def stamp_checkpoint() -> None:
    if timestamps.is_due():
        stamp.enqueue()


def ask_domains_again() -> None:
    if identity.is_time_to_ask():
        ask_domains.enqueue()
