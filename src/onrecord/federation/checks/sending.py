# SPDX-License-Identifier: Apache-2.0
"""What another server may send: what is not signed is refused, what is signed arrives as it was signed."""

from __future__ import annotations

import json
import secrets

from django.core.checks import Error
from django.core.checks import Warning as Caution
from django.utils import timezone

from onrecord.federation import actors
from onrecord.federation.checks.asking import PROXY, Findings, Outside, answered
from onrecord.federation.documents.context import MEDIA_TYPE
from onrecord.federation.models import SignatureKind
from onrecord.federation.signatures import cavage, rfc9421
from onrecord.federation.signatures.messages import Message
from onrecord.outbound import Response

KIND = "View"
"""A kind of activity that changes nothing."""
HEADERS = {
    SignatureKind.CAVAGE: "Host, Date, Digest and Signature",
    SignatureKind.RFC9421: "Host, Content-Digest, Signature-Input and Signature",
}


def inbox(outside: Outside) -> Findings:
    """E010, E011, W012: the inboxes are the program's, and nothing in front changes what is sent there."""
    own = actors.inbox_of(actors.newsroom()).removeprefix(outside.address)
    for path in (actors.SHARED_INBOX, own):
        response = outside.post(path, _activity(), {"Content-Type": MEDIA_TYPE})
        if response.status != 401:
            yield Error(
                f"What is posted to {outside.address}{path} without a signature is answered with"
                f" {answered(response)}, not with 401: {_why(response)}.",
                hint=PROXY,
                id="federation.E010",
            )
            return
    for kind in (SignatureKind.CAVAGE, SignatureKind.RFC9421):
        response = _signed(outside, kind)
        if response.status == 202:
            continue
        said = (
            f"What is posted to the inbox with a signature ({kind.label}) is answered with"
            f" {answered(response)}, not with 202. It says: {_text(response)}"
        )
        hint = f"A server in front must leave {HEADERS[kind]}, path and body as they came."
        if kind == SignatureKind.CAVAGE:
            yield Error(said, hint=hint, id="federation.E011")
        else:
            yield Caution(said, hint=hint, id="federation.W012")


def _signed(outside: Outside, kind: SignatureKind) -> Response:
    program, body = actors.instance(), _activity()
    message = Message("POST", outside.address + actors.SHARED_INBOX, {}, body)
    sign = rfc9421.sign if kind == SignatureKind.RFC9421 else cavage.sign
    made = sign(message, key_id=actors.key_id(program), key=actors.rsa(program), now=timezone.now())
    return outside.post(actors.SHARED_INBOX, body, made | {"Content-Type": MEDIA_TYPE})


def _activity() -> bytes:
    """Return an activity of the program's own account, which the inbox takes and which changes nothing."""
    ours = actors.address_of(actors.instance())
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{ours}#look-{secrets.token_hex(16)}",
        "type": KIND,
        "actor": ours,
        "object": ours,
    }
    return json.dumps(activity).encode()


def _why(response: Response) -> str:
    if response.status in {301, 302, 303, 307, 308}:
        return "servers follow no redirect with what they post, or lose it on the way"
    if response.status in {404, 405, 501}:
        return "it does not reach the program"
    if response.status == 403:
        return "something in front refuses it"
    if response.status >= 500:
        return "the program does not answer, or cannot"
    return "something else answers there"


def _text(response: Response) -> str:
    return " ".join(response.body.decode("utf-8", "replace").split())[:300] or "nothing"
