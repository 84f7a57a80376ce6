# SPDX-License-Identifier: Apache-2.0
"""Accounts of the newsroom that move: to another account, to another name, with the newsroom to another host.

A follower's server moves its people only if both sides say so: the old account by a Move that it signs and by
`movedTo` in its document, the new one by `alsoKnownAs`. So these are baked before anybody is told.

finding   the account that a person names, as @press@social.example or by its address
actions   say where an account came from; move it, take that back, give it another name
domain    the whole newsroom moves to another host; outpost: what the old host goes on saying
followers as a file, and brought along from one
telling   the Move, to everybody who follows; who came over
"""
