# SPDX-License-Identifier: Apache-2.0
"""Every leaf so far is open. One statement, however long the log is."""

from django.db import migrations

FILL = (
    'INSERT INTO "record_opening" ("leaf_id", "state", "nonce", "edition_path")'
    ' SELECT "index", \'open\', "nonce", "edition_path" FROM "record_leaf"'
)


class Migration(migrations.Migration):
    dependencies = [("record", "0003_openings")]
    operations = [migrations.RunSQL(FILL, 'DELETE FROM "record_opening"')]
