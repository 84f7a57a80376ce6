# SPDX-License-Identifier: Apache-2.0
"""One group for each role, with the few Wagtail permissions it needs. Wagtail's own groups may publish: they go.

It waits for all tables of others. Django makes the classes of all models that are related to a model whenever
that changes: what others change among themselves is quick as long as none of ours are there.
"""

from typing import Any

from django.db import migrations

LIBRARIES = (("wagtailimages", "image"), ("wagtaildocs", "document"))
ROLES = {
    "press_officer": ("add", "choose"),
    "editor": ("add", "change", "choose"),
    "moderator": (),
    "appeal_reviewer": (),
    "administrator": (),
    "outside_reviewer": (),
}


def create_roles(apps: Any, schema_editor: Any) -> None:
    Group = apps.get_model("auth", "Group")
    Group.objects.filter(name__in=["Editors", "Moderators"]).delete()
    for name, library_permissions in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.add(_permission(apps, "wagtailadmin", "admin", "access_admin"))
        for app, model in LIBRARIES:
            for verb in library_permissions:
                _allow_in_library(apps, group, _permission(apps, app, model, f"{verb}_{model}"))


def _permission(apps: Any, app: str, model: str, codename: str) -> Any:
    content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app, model=model
    )
    permission, _created = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=codename,
        defaults={"name": "Can " + codename.replace("_", " ")},
    )
    return permission


def _allow_in_library(apps: Any, group: Any, permission: Any) -> None:
    root = apps.get_model("wagtailcore", "Collection").objects.order_by("depth", "pk").first()
    apps.get_model("wagtailcore", "GroupCollectionPermission").objects.get_or_create(
        group=group, collection=root, permission=permission
    )


class Migration(migrations.Migration):
    replaces = [("people", "0002_roles"), ("people", "0009_outside_reviewers")]
    dependencies = [
        ("people", "0001_people"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        ("usersessions", "0001_initial"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailforms", "0005_alter_formsubmission_form_data"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailsearch", "0010_add_text_fields"),
        ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
    ]

    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
