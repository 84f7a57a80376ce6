# SPDX-License-Identifier: Apache-2.0

import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0011_erasures_by_nobody"),
    ]

    operations = [
        migrations.AlterField(
            model_name="statement",
            name="body",
            field=wagtail.fields.StreamField(
                [
                    ("paragraph", 0),
                    ("heading", 3),
                    ("list", 7),
                    ("quotation", 11),
                    ("image", 16),
                    ("file", 19),
                    ("table", 21),
                    ("note", 22),
                    ("forgery", 28),
                ],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {
                            "features": ["bold", "italic", "link"],
                            "icon": "pilcrow",
                            "label": "Paragraph",
                            "required": False,
                        },
                    ),
                    1: ("wagtail.blocks.CharBlock", (), {"label": "Heading", "max_length": 200}),
                    2: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {"choices": [("2", "Section"), ("3", "Subsection")], "label": "Level"},
                    ),
                    3: ("wagtail.blocks.StructBlock", [[("text", 1), ("level", 2)]], {}),
                    4: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {"choices": [("bullets", "Bullets"), ("numbers", "Numbers")], "label": "Style"},
                    ),
                    5: ("wagtail.blocks.RichTextBlock", (), {"features": ["bold", "italic", "link"]}),
                    6: ("wagtail.blocks.ListBlock", (5,), {"label": "Items", "min_num": 1}),
                    7: ("wagtail.blocks.StructBlock", [[("style", 4), ("items", 6)]], {}),
                    8: ("wagtail.blocks.TextBlock", (), {"label": "Words"}),
                    9: ("wagtail.blocks.CharBlock", (), {"label": "Speaker", "max_length": 200}),
                    10: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Role of the speaker", "max_length": 200, "required": False},
                    ),
                    11: ("wagtail.blocks.StructBlock", [[("text", 8), ("speaker", 9), ("role", 10)]], {}),
                    12: ("wagtail.images.blocks.ImageChooserBlock", (), {"label": "Picture"}),
                    13: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "What the picture shows, for those who do not see it.",
                            "label": "Alternative text",
                            "max_length": 300,
                        },
                    ),
                    14: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Caption", "max_length": 500, "required": False},
                    ),
                    15: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Credit", "max_length": 200, "required": False},
                    ),
                    16: (
                        "wagtail.blocks.StructBlock",
                        [[("image", 12), ("alt", 13), ("caption", 14), ("credit", 15)]],
                        {},
                    ),
                    17: ("wagtail.documents.blocks.DocumentChooserBlock", (), {"label": "File"}),
                    18: ("wagtail.blocks.CharBlock", (), {"label": "What it is", "max_length": 300}),
                    19: ("wagtail.blocks.StructBlock", [[("file", 17), ("description", 18)]], {}),
                    20: ("wagtail.blocks.CharBlock", (), {"label": "Text", "required": False}),
                    21: (
                        "wagtail.contrib.typed_table_block.blocks.TypedTableBlock",
                        [[("text", 20)]],
                        {"icon": "table", "label": "Table"},
                    ),
                    22: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {
                            "features": ["bold", "italic", "link"],
                            "icon": "info-circle",
                            "label": "Note to editors",
                        },
                    ),
                    23: (
                        "wagtail.blocks.TextBlock",
                        (),
                        {
                            "help_text": "In words of your own: that it is not from you, and what in it is not true.",
                            "label": "What is false",
                            "max_length": 2000,
                        },
                    ),
                    24: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Such as: mail from press@e1mford.example",
                            "label": "Where it appeared",
                            "max_length": 300,
                            "required": False,
                        },
                    ),
                    25: ("wagtail.blocks.DateBlock", (), {"label": "Seen on", "required": False}),
                    26: (
                        "wagtail.documents.blocks.DocumentChooserBlock",
                        (),
                        {
                            "help_text": "As it came: the mail, the letter, a picture.",
                            "label": "The forged item",
                            "required": False,
                        },
                    ),
                    27: (
                        "wagtail.blocks.TextBlock",
                        (),
                        {
                            "help_text": "They are kept as a file, not shown in the text.",
                            "label": "Or its words",
                            "required": False,
                        },
                    ),
                    28: (
                        "wagtail.blocks.StructBlock",
                        [[("false", 23), ("appeared", 24), ("seen", 25), ("file", 26), ("words", 27)]],
                        {},
                    ),
                },
                verbose_name="body",
            ),
        ),
    ]
