"""Texts can be translated, and German is."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

import django_flowwise
from tests.factories import make_order

PACKAGE = Path(django_flowwise.__file__).parent
CATALOGUE = PACKAGE / "locale" / "de" / "LC_MESSAGES" / "django.mo"
MARKERS = {"_", "gettext", "gettext_lazy", "pgettext"}


def texts_of_modules() -> Iterator[str]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS:
                yield from (argument.value for argument in node.args if isinstance(argument, ast.Constant))


def texts_of_templates() -> Iterator[str]:
    for path in (PACKAGE / "templates").rglob("*.html"):
        yield from (text for _, text in re.findall(r"""translate (["'])(.+?)\1""", path.read_text()))


def test_german__every_text_is_translated() -> None:
    with CATALOGUE.open("rb") as compiled:
        messages = gettext.GNUTranslations(compiled)
    texts = {*texts_of_modules(), *texts_of_templates()}
    assert len(texts) > 150
    assert sorted(text for text in texts if messages.gettext(text) == text) == sorted(SAME & texts)


SAME = {"Flowwise", "UPI", "Wallet", "Status"}
"""Texts that German writes alike."""


@pytest.mark.django_db
def test_german__a_page_and_its_money(client: Client) -> None:
    page = client.get(make_order().get_absolute_url(), headers={"accept-language": "de"}).content.decode()
    assert '<html lang="de">' in page
    assert "Bezahlen Sie Ihre Bestellung" in page
    assert "INR\xa02.299,50" in page
