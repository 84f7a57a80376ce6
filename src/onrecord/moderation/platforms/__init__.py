# SPDX-License-Identifier: Apache-2.0
"""The same engine for other platforms of the organisation: a forum, an app, by an interface for programs.

kind      things that stand elsewhere, as a kind of item
actions   platforms, tokens, and what they may do
telling   outcomes by webhook
openapi   the description, and the shapes that requests are checked with
views     HTTP
desk      the screen
"""
