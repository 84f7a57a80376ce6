# SPDX-License-Identifier: Apache-2.0
"""Who this newsroom belongs to, as machines and strangers can check it: files at well-known addresses, DNS.

What the organisation says about itself is a matter of `people`; here it is written in other people's formats,
and what known domains say in return is looked up. It proves a link between
names, never that a name is honest.
"""
