# SPDX-License-Identifier: Apache-2.0
"""Coverage: where statements were taken up, found by hand, by Webmention, in the fediverse.

actions    entered, suggested, confirmed, refused; copies of pages; what the newsroom chose
receiving  Webmentions as they come in (W3C Webmention)
verifying  whether a page really links, and what it says of itself
reading    a page elsewhere: bytes in, links and headline out, no database
listing    what the desk filters and counts; `figures` draws it, `exports` writes it

Nothing that comes from outside counts, or is shown, before a press officer has looked. There is no score.
"""
