# SPDX-License-Identifier: Apache-2.0
"""What content can be illegal or unwanted for, in the words of the law.

Annex I to Implementing Regulation (EU) 2024/2835, sheet 2, to the byte: some names end in spaces. The
Transparency Database knows the same categories, except the one for orders.
"""

from __future__ import annotations

from dataclasses import dataclass

OTHER = "KEYWORD_OTHER"
"""A sub-category of one's own; a sheet that uses it describes it."""
OTHER_RULE = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
"""Category 15: against the rules and nothing else. In sheet 6 alone."""
ORDER_UNSPECIFIED = "STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER"
"""Category 16: an authority did not say. In sheet 3 alone."""
NOTICE_UNSPECIFIED = "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE"
"""Category 17: a reporter did not say. In sheet 4 alone."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A sub-category."""

    code: str
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Category:
    """A category and what is below it."""

    code: str
    label: str
    name: str
    keywords: tuple[Keyword, ...] = ()

    @property
    def other(self) -> str:
        """Where something goes that no sub-category was named for; none below it: the category itself."""
        return OTHER if self.keywords else self.code


CATEGORIES = (
    Category(
        "STATEMENT_CATEGORY_ANIMAL_WELFARE",
        "Category 1",
        "Animal welfare",
        (
            Keyword("KEYWORD_ANIMAL_HARM", "Category 1a", "Animal harm"),
            Keyword("KEYWORD_UNLAWFUL_SALE_ANIMALS", "Category 1b", "Unlawful sale of animals"),
            Keyword("KEYWORD_OTHER", "Category 1c", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
        "Category 2",
        "Consumer information infringements",
        (
            Keyword(
                "KEYWORD_HIDDEN_ADVERTISEMENT",
                "Category 2a",
                "Hidden advertisement or commercial communication, including by influencers ",
            ),
            Keyword(
                "KEYWORD_INSUFFICIENT_INFORMATION_ON_TRADERS",
                "Category 2b",
                "Insufficient information on traders ",
            ),
            Keyword(
                "KEYWORD_MISLEADING_INFO_GOODS_SERVICES",
                "Category 2c",
                "Misleading information about the characteristics of the goods and services",
            ),
            Keyword(
                "KEYWORD_MISLEADING_INFO_CONSUMER_RIGHTS",
                "Category 2d",
                "Misleading information about the consumer’s rights ",
            ),
            Keyword(
                "KEYWORD_NONCOMPLIANCE_PRICING", "Category 2e", "Non-compliance with pricing regulations  "
            ),
            Keyword("KEYWORD_OTHER", "Category 2f", "Not captured by any other sub-category "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_CYBER_VIOLENCE",
        "Category 3",
        "Cyber violence",
        (
            Keyword("KEYWORD_CYBER_BULLYING_INTIMIDATION", "Category 3a", "Cyber bullying and intimidation"),
            Keyword("KEYWORD_CYBER_HARASSMENT", "Category 3b", "Cyber harassment"),
            Keyword("KEYWORD_CYBER_INCITEMENT", "Category 3c", "Cyber incitement to hatred or violence"),
            Keyword("KEYWORD_CYBER_STALKING", "Category 3d", "Cyber stalking"),
            Keyword(
                "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING",
                "Category 3e",
                "Non-consensual (intimate) material sharing, including (image-based) sexual abuse "
                "(excluding content depicting minors)",
            ),
            Keyword(
                "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE",
                "Category 3f",
                "Non-consensual sharing of material containing deepfake or similar technology using a "
                "third party's features (excluding content depicting minors)",
            ),
            Keyword("KEYWORD_OTHER", "Category 3g", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN",
        "Category 4",
        "Cyber violence against women",
        (
            Keyword(
                "KEYWORD_BULLYING_AGAINST_GIRLS",
                "Category 4a",
                "Cyber bullying and intimidation against girls",
            ),
            Keyword(
                "KEYWORD_CYBER_HARASSMENT_AGAINST_WOMEN", "Category 4b", "Cyber harassment against women"
            ),
            Keyword("KEYWORD_CYBER_STALKING_AGAINST_WOMEN", "Category 4c", "Cyber stalking against women"),
            Keyword("KEYWORD_FEMALE_GENDERED_DISINFORMATION", "Category 4d", "Gendered disinformation"),
            Keyword(
                "KEYWORD_INCITEMENT_AGAINST_WOMEN",
                "Category 4e",
                "Illegal incitement to violence and hatred against women",
            ),
            Keyword(
                "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN",
                "Category 4f",
                "Non-consensual (intimate) material sharing against women, including (image-based) "
                "sexual abuse against women (excluding content depicting minors)",
            ),
            Keyword(
                "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN",
                "Category 4g",
                "Non-consensual sharing of material containing deepfake or similar technology using a "
                "third party's features against women (excluding content depicting minors)",
            ),
            Keyword("KEYWORD_OTHER", "Category 4h", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        "Category 5",
        "Data protection and privacy violations",
        (
            Keyword("KEYWORD_BIOMETRIC_DATA_BREACH", "Category 5a", "Biometric data breach"),
            Keyword("KEYWORD_DATA_FALSIFICATION", "Category 5b", "Data falsification"),
            Keyword("KEYWORD_MISSING_PROCESSING_GROUND", "Category 5c", "Missing processing ground for data"),
            Keyword("KEYWORD_RIGHT_TO_BE_FORGOTTEN", "Category 5d", "Right to be forgotten"),
            Keyword("KEYWORD_OTHER", "Category 5e", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        "Category 6",
        "Illegal or harmful speech",
        (
            Keyword("KEYWORD_DEFAMATION", "Category 6a", "Defamation"),
            Keyword("KEYWORD_DISCRIMINATION", "Category 6b", "Discrimination"),
            Keyword(
                "KEYWORD_HATE_SPEECH",
                "Category 6c",
                "Illegal incitement to violence and hatred based on protected characteristics (hate speech) ",
            ),
            Keyword("KEYWORD_OTHER", "Category 6d", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        "Category 7",
        "Intellectual property infringements",
        (
            Keyword("KEYWORD_COPYRIGHT_INFRINGEMENT", "Category 7a", "Copyright infringements"),
            Keyword("KEYWORD_DESIGN_INFRINGEMENT", "Category 7b", "Design infringements"),
            Keyword(
                "KEYWORD_GEOGRAPHIC_INDICATIONS_INFRINGEMENT",
                "Category 7c",
                "Geographical indications infringements",
            ),
            Keyword("KEYWORD_PATENT_INFRINGEMENT", "Category 7d", "Patent infringements"),
            Keyword("KEYWORD_TRADE_SECRET_INFRINGEMENT", "Category 7e", "Trade secret infringements"),
            Keyword("KEYWORD_TRADEMARK_INFRINGEMENT", "Category 7f", "Trademark infringements"),
            Keyword("KEYWORD_OTHER", "Category 7g", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        "Category 8",
        "Negative effects on civic discourse or elections",
        (
            Keyword(
                "KEYWORD_MISINFORMATION_DISINFORMATION",
                "Category 8a",
                "Misinformation, disinformation, foreign information manipulation and interference ",
            ),
            Keyword(
                "KEYWORD_VIOLATION_EU_LAW",
                "Category 8b",
                "Violation of EU law relevant to civic discourse or elections ",
            ),
            Keyword(
                "KEYWORD_VIOLATION_NATIONAL_LAW",
                "Category 8c",
                "Violation of national law relevant to civic discourse or elections ",
            ),
            Keyword("KEYWORD_OTHER", "Category 8d", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
        "Category 9",
        "Protection of minors ",
        (
            Keyword(
                "KEYWORD_AGE_SPECIFIC_RESTRICTIONS_MINORS",
                "Category 9a",
                "Age-specific restrictions concerning minors",
            ),
            Keyword("KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL", "Category 9b", "Child sexual abuse material"),
            Keyword(
                "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE",
                "Category 9c",
                "Child sexual abuse material containing deepfake or similar technology",
            ),
            Keyword(
                "KEYWORD_GROOMING_SEXUAL_ENTICEMENT_MINORS",
                "Category 9d",
                "Grooming/sexual enticement of minors ",
            ),
            Keyword("KEYWORD_UNSAFE_CHALLENGES", "Category 9e", "Unsafe challenges"),
            Keyword("KEYWORD_OTHER", "Category 9f", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY",
        "Category 10",
        "Risk for public security ",
        (
            Keyword("KEYWORD_ILLEGAL_ORGANIZATIONS", "Category 10a", "Illegal organizations"),
            Keyword("KEYWORD_RISK_ENVIRONMENTAL_DAMAGE", "Category 10b", "Risk for environmental damage"),
            Keyword("KEYWORD_RISK_PUBLIC_HEALTH", "Category 10c", "Risk for public health"),
            Keyword("KEYWORD_TERRORIST_CONTENT", "Category 10d", "Terrorist content"),
            Keyword("KEYWORD_OTHER", "Category 10e", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "Category 11",
        "Scams and/or fraud ",
        (
            Keyword(
                "KEYWORD_IMPERSONATION_ACCOUNT_HIJACKING",
                "Category 11a",
                "Impersonation or account hijacking",
            ),
            Keyword("KEYWORD_INAUTHENTIC_ACCOUNTS", "Category 11b", "Inauthentic accounts"),
            Keyword("KEYWORD_INAUTHENTIC_LISTINGS", "Category 11c", "Inauthentic listings"),
            Keyword("KEYWORD_INAUTHENTIC_USER_REVIEWS", "Category 11d", "Inauthentic user reviews"),
            Keyword("KEYWORD_PHISHING", "Category 11e", "Phishing"),
            Keyword("KEYWORD_PYRAMID_SCHEMES", "Category 11f", "Pyramid schemes"),
            Keyword("KEYWORD_OTHER", "Category 11g", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_SELF_HARM",
        "Category 12",
        "Self-harm",
        (
            Keyword(
                "KEYWORD_CONTENT_PROMOTING_EATING_DISORDERS",
                "Category 12a",
                "Content promoting eating disorders",
            ),
            Keyword("KEYWORD_SELF_MUTILATION", "Category 12b", "Self-mutilation"),
            Keyword("KEYWORD_SUICIDE", "Category 12c", "Suicide"),
            Keyword("KEYWORD_OTHER", "Category 12d", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
        "Category 13",
        "Unsafe, non-compliant or prohibited products ",
        (
            Keyword("KEYWORD_PROHIBITED_PRODUCTS", "Category 13a", "Prohibited or restricted products"),
            Keyword("KEYWORD_UNSAFE_PRODUCTS", "Category 13b", "Unsafe or non-compliant products"),
            Keyword("KEYWORD_OTHER", "Category 13c", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_VIOLENCE",
        "Category 14",
        "Violence ",
        (
            Keyword("KEYWORD_COORDINATED_HARM", "Category 14a", "Coordinated harm"),
            Keyword(
                "KEYWORD_INCITEMENT_VIOLENCE_HATRED",
                "Category 14b",
                "General calls or incitement to violence and/or hatred",
            ),
            Keyword("KEYWORD_HUMAN_EXPLOITATION", "Category 14c", "Human exploitation"),
            Keyword("KEYWORD_HUMAN_TRAFFICKING", "Category 14d", "Human trafficking"),
            Keyword("KEYWORD_TRAFFICKING_WOMEN_GIRLS", "Category 14e", "Trafficking in women and girls"),
            Keyword("KEYWORD_OTHER", "Category 14f", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
        "Category 15",
        "Other violation of provider’s terms and conditions",
        (
            Keyword("KEYWORD_ADULT_SEXUAL_MATERIAL", "Category 15a", "Adult sexual material"),
            Keyword("KEYWORD_AGE_SPECIFIC_RESTRICTIONS", "Category 15b", "Age-specific restrictions"),
            Keyword("KEYWORD_GEOGRAPHICAL_REQUIREMENTS", "Category 15c", "Geographical requirements"),
            Keyword(
                "KEYWORD_GOODS_SERVICES_NOT_PERMITTED",
                "Category 15d",
                "Goods/services not permitted to be offered on the platform",
            ),
            Keyword("KEYWORD_LANGUAGE_REQUIREMENTS", "Category 15e", "Language requirements"),
            Keyword("KEYWORD_NUDITY", "Category 15f", "Nudity"),
            Keyword("KEYWORD_OTHER", "Category 15g", "Not captured by any other sub-category  "),
        ),
    ),
    Category(
        "STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER",
        "Category 16",
        "Type of illegal content not specified by the public authority",
    ),
    Category(
        "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE",
        "Category 17",
        "Type of alleged illegal content not specified by the notifier",
    ),
)
TOTAL = ("TOTAL", "All the entries")
BY_CODE = {category.code: category for category in CATEGORIES}
ILLEGAL = tuple(
    category
    for category in CATEGORIES
    if category.code not in {OTHER_RULE, ORDER_UNSPECIFIED, NOTICE_UNSPECIFIED}
)
"""Categories 1 to 14."""


def filed_under(category: str, keyword: str) -> bool:
    """Tell whether a sub-category belongs to a category."""
    return keyword in {known.code for known in BY_CODE[category].keywords}
