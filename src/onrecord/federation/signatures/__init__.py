# SPDX-License-Identifier: Apache-2.0
"""Signatures of the fediverse. Pure: no Django, no database, no network.

cavage     requests signed as draft-cavage-http-signatures-12 says: what most servers speak
rfc9421    requests signed as RFC 9421 says
proofs     objects that carry their own proof (FEP-8b32, eddsa-jcs-2022)
keys       RSA and Ed25519 keys, as files and as they are published
messages   a request, and what its signature claims

Reading a claim costs next to nothing and refuses all that can be refused without a key; only then is it worth
asking anybody for the key.
"""
