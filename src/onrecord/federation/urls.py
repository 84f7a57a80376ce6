# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from onrecord.federation.receiving import partial
from onrecord.federation.receiving import views as receiving
from onrecord.federation.sending import views as sending

INBOXES = (
    path("ap/inbox", receiving.shared_inbox, name="federation_shared_inbox"),
    path("ap/actors/<str:name>/inbox", receiving.inbox, name="federation_inbox"),
)
"""What machines post to; `onrecord.config.machines` knows a short way to it."""

urlpatterns = [
    *INBOXES,
    path("ap/followers/<str:name>", sending.followers, name="federation_followers"),
    path("ap/followers/<str:name>/here", partial.followers_here, name="federation_followers_here"),
    path("ap/likes/<path:key>", receiving.likes, name="federation_likes"),
    path("ap/shares/<path:key>", receiving.shares, name="federation_shares"),
    path("ap/replies/<path:key>", receiving.replies, name="federation_replies"),
    path("ap/quotes/<str:number>", receiving.quote, name="federation_quote"),
]
