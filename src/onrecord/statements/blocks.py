# SPDX-License-Identifier: Apache-2.0
"""The small closed set of blocks that a statement's body is made of."""

from __future__ import annotations

from typing import Any  # Wagtail publishes no types

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

INLINE = ["bold", "italic", "link"]


class HeadingBlock(blocks.StructBlock):  # type: ignore[misc]  # Wagtail publishes no types
    """A heading within the statement, one of two levels."""

    text = blocks.CharBlock(label=_("Heading"), max_length=200)
    level = blocks.ChoiceBlock(
        label=_("Level"), choices=[("2", _("Section")), ("3", _("Subsection"))], default="2"
    )

    class Meta:
        icon = "title"
        label = _("Heading")


class ListBlock(blocks.StructBlock):  # type: ignore[misc]
    """A bulleted or numbered list."""

    style = blocks.ChoiceBlock(
        label=_("Style"), choices=[("bullets", _("Bullets")), ("numbers", _("Numbers"))], default="bullets"
    )
    items = blocks.ListBlock(blocks.RichTextBlock(features=INLINE), label=_("Items"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("List")


class QuotationBlock(blocks.StructBlock):  # type: ignore[misc]
    """Words that somebody may be quoted with."""

    text = blocks.TextBlock(label=_("Words"))
    speaker = blocks.CharBlock(label=_("Speaker"), max_length=200)
    role = blocks.CharBlock(label=_("Role of the speaker"), max_length=200, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")


class ImageBlock(blocks.StructBlock):  # type: ignore[misc]
    """A picture; the alternative text is compulsory."""

    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("Alternative text"),
        max_length=300,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=500, required=False)
    credit = blocks.CharBlock(label=_("Credit"), max_length=200, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")


class FileBlock(blocks.StructBlock):  # type: ignore[misc]
    """A file to download."""

    file = DocumentChooserBlock(label=_("File"))
    description = blocks.CharBlock(label=_("What it is"), max_length=300)

    class Meta:
        icon = "doc-full"
        label = _("File")


class ForgeryBlock(blocks.StructBlock):  # type: ignore[misc]
    """What somebody else issued in the organisation's name, kept as evidence, and what is false in it.

    The forged words never become words of the statement: they are a file beside it.
    """

    false = blocks.TextBlock(
        label=_("What is false"),
        max_length=2000,
        help_text=_("In words of your own: that it is not from you, and what in it is not true."),
    )
    appeared = blocks.CharBlock(
        label=_("Where it appeared"),
        max_length=300,
        required=False,
        help_text=_("Such as: mail from press@e1mford.example"),
    )
    seen = blocks.DateBlock(label=_("Seen on"), required=False)
    file = DocumentChooserBlock(
        label=_("The forged item"),
        required=False,
        help_text=_("As it came: the mail, the letter, a picture."),
    )
    words = blocks.TextBlock(
        label=_("Or its words"),
        required=False,
        help_text=_("They are kept as a file, not shown in the text."),
    )

    def clean(self, value: Any) -> Any:
        """Ask for the item or its words, and not for both."""
        cleaned = super().clean(value)
        if bool(cleaned["file"]) == bool(cleaned["words"].strip()):
            problem = ValidationError(_("Give the forged item as a file, or its words: one of the two."))
            raise blocks.StructBlockValidationError(block_errors={"file": problem})
        return cleaned

    class Meta:
        icon = "warning"
        label = _("Forgery")


class BodyBlock(blocks.StreamBlock):  # type: ignore[misc]
    """The body of a statement."""

    # One that stays empty is left out of the edition: the page begins with one to write in.
    paragraph = blocks.RichTextBlock(label=_("Paragraph"), features=INLINE, icon="pilcrow", required=False)
    heading = HeadingBlock()
    list = ListBlock()
    quotation = QuotationBlock()
    image = ImageBlock()
    file = FileBlock()
    table = TypedTableBlock(
        [("text", blocks.CharBlock(label=_("Text"), required=False))], label=_("Table"), icon="table"
    )
    note = blocks.RichTextBlock(label=_("Note to editors"), features=INLINE, icon="info-circle")
    forgery = ForgeryBlock()
