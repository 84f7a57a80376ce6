# SPDX-License-Identifier: Apache-2.0
"""What something may break, in the words of the Transparency Database, and what readers may choose from."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PREFIX = "STATEMENT_CATEGORY_"
CATEGORIES = {
    f"{PREFIX}ILLEGAL_OR_HARMFUL_SPEECH": _("Illegal or harmful speech"),
    f"{PREFIX}VIOLENCE": _("Violence"),
    f"{PREFIX}CYBER_VIOLENCE": _("Cyber violence"),
    f"{PREFIX}CYBER_VIOLENCE_AGAINST_WOMEN": _("Cyber violence against women"),
    f"{PREFIX}DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": _("Data protection and privacy"),
    f"{PREFIX}PROTECTION_OF_MINORS": _("Protection of minors"),
    f"{PREFIX}SELF_HARM": _("Self-harm"),
    f"{PREFIX}SCAMS_AND_FRAUD": _("Scams and fraud"),
    f"{PREFIX}INTELLECTUAL_PROPERTY_INFRINGEMENTS": _("Intellectual property"),
    f"{PREFIX}NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS": _("Effects on civic discourse or elections"),
    f"{PREFIX}RISK_FOR_PUBLIC_SECURITY": _("Risk for public security"),
    f"{PREFIX}CONSUMER_INFORMATION": _("Consumer information"),
    f"{PREFIX}UNSAFE_AND_PROHIBITED_PRODUCTS": _("Unsafe or prohibited products"),
    f"{PREFIX}ANIMAL_WELFARE": _("Animal welfare"),
    f"{PREFIX}OTHER_VIOLATION_TC": _("Another rule of this newsroom"),
}
"""What a rule or a decision may fall under."""

NOT_SPECIFIED = f"{PREFIX}NOT_SPECIFIED_NOTICE"
CHILD_ABUSE = "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"
REPORTABLE = {**CATEGORIES, NOT_SPECIFIED: _("I am not sure")}
"""What a report may name."""


def label(category: str) -> str:
    """Return the name of a category in the language at hand."""
    return str(REPORTABLE.get(category, category))
