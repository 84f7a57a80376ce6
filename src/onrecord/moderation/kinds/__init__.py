# SPDX-License-Identifier: Apache-2.0
"""Kinds of things that can be judged, one module each; `wiring` says which there are."""
