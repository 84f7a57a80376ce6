# SPDX-License-Identifier: Apache-2.0
"""A group for people outside the staff who hear appeals: they may enter the desk, and no more."""

from typing import Any

from django.db import migrations


def create_role(apps: Any, schema_editor: Any) -> None:
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name="outside_reviewer")
    group.permissions.add(apps.get_model("auth", "Permission").objects.get(codename="access_admin"))


class Migration(migrations.Migration):
    dependencies = [("people", "0008_strangers")]
    operations = [migrations.RunPython(create_role, migrations.RunPython.noop)]
