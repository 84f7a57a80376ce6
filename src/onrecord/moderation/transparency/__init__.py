# SPDX-License-Identifier: Apache-2.0
"""What everybody can see of judging: figures by rule, kind and month, as pages and as data.

Counted from facts without persons alone, so that an erasure changes no figure, and anybody who has the data
can count again. Not here: what the law wants filed (`formats`).
"""
