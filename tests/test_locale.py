"""Texts can be translated, and German is."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from django.test import Client

import django_flowwise
from tests.factories import make_order

CATALOGUE = Path(django_flowwise.__file__).parent / "locale" / "de" / "LC_MESSAGES" / "django.mo"


def test_german__every_text_is_translated() -> None:
    source = CATALOGUE.with_suffix(".po").read_text()
    assert source.count('\nmsgstr ""\n\n') == 0
    with CATALOGUE.open("rb") as compiled:
        messages = gettext.GNUTranslations(compiled)
    assert messages.gettext("Continue to payment") == "Weiter zum Bezahlen"


@pytest.mark.django_db
def test_german__a_page_and_its_money(client: Client) -> None:
    page = client.get(make_order().get_absolute_url(), headers={"accept-language": "de"}).content.decode()
    assert '<html lang="de">' in page
    assert "Bezahlen Sie Ihre Bestellung" in page
    assert "INR\xa02.299,50" in page
