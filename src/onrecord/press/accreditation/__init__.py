# SPDX-License-Identifier: Apache-2.0
"""Accreditation: journalists ask to be admitted, without an account; they show a card; it ends.

Who is admitted, with which limits, who is refused, and who hears an appeal is judged by the engine of
`moderation`: an application is one kind of thing there (`wiring/accrediting.py`). Nothing here decides.
"""
