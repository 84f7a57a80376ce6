# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import ast

from django.apps import apps
from django.db.models import Model

from tests.architecture.sources import PACKAGE, layers, named, python_files

MAY_IMPORT_LATE = (
    "src/onrecord/config/",  # light commands and the serving of baked pages never load Django
    "/apps.py",  # Django says so: models are not there yet when these are imported
    "/migrations/",
    "src/onrecord/identity/dns.py",  # so is dnspython
    "src/onrecord/record/authority.py",  # so is rfc3161-client
    "src/onrecord/outbound/__init__.py",  # aiohttp is loaded when something is asked
    "src/onrecord/outbound/sessions.py",
    "src/onrecord/outbound/sftp.py",  # asyncssh is installed only where it is used
    "src/onrecord/conversation/language.py",  # py3langid loads numpy
)


def _folder(model: type[Model]) -> str | None:
    first, _, rest = model.__module__.partition(".")
    return rest.partition(".")[0] if first == "onrecord" else None


def test_foreign_keys_point_down() -> None:
    height = {folder: number for number, layer in enumerate(reversed(layers())) for folder in layer}
    upward = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if not isinstance(target, type) or not issubclass(target, Model):
                continue
            ours, theirs = _folder(model), _folder(target)
            if ours is None or theirs is None or ours == theirs:
                continue
            if height[theirs] >= height[ours]:
                upward.append(f"{model.__module__}.{model.__name__}.{field.name} points to {theirs}")
    assert upward == []


def test_every_folder_has_its_layer() -> None:
    known = set().union(*layers())
    found = {
        path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert found - known <= {"__init__", "__main__"}


def test_imports_stand_at_the_top() -> None:
    late = []
    for path in python_files("src"):
        if any(part in named(path) for part in MAY_IMPORT_LATE):
            continue
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
                late += [f"{named(path)}:{node.lineno}" for node in inner]
    assert late == []
