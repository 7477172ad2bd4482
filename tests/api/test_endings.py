"""Every way in which an act can end is described, and the description tells no other; the examples are real."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.cache import cache

from tests.api.endings import ENDINGS, Shop
from tests.api.strict import OPERATIONS, examples, offences

pytestmark = pytest.mark.django_db

_OF_THE_OCCASION = {
    r'"\d{4}-\d\d-\d\dT[\d:.]+Z"': '"a moment"',
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "a-key",
    r"order_[0-9a-f]{32}": "order_1",
    r"\bpay_[0-9a-f]{20}|5114915190391": "payment_1",
    r"https?://[\w.:]+": "https://somewhere",
    r'"[0-9a-f]{32}"': '"a hash"',
    r"proj_\w+": "a-project",
    r'"(gateway_details": \{("\w+": )"[^}]*\})': '"gateway_details": "as the bank says"',
    r"\d+ seconds": "some seconds",
    r" The … was told to say so\.": "",
}
"""What differs from one time to the next, and is not the description's to say."""


def typical(value: Any) -> Any:
    text = json.dumps(value, ensure_ascii=False)
    for pattern, instead in _OF_THE_OCCASION.items():
        text = re.sub(pattern, instead, text)
    return json.loads(text)


@pytest.fixture
def shop(flowwise_emulator: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    yield Shop(flowwise_emulator, settings, monkeypatch)
    cache.clear()


def test_description__tells_every_ending_and_no_other() -> None:
    told = {
        (name, int(status), shown)
        for name, operation in OPERATIONS.items()
        for status, answer in operation["responses"].items()
        for media in answer["content"].values()
        for shown in media["examples"]
    }
    assert told == ENDINGS.keys()


def test_codes__are_those_of_the_examples() -> None:
    for operation in OPERATIONS.values():
        for answer in operation["responses"].values():
            [media] = answer["content"].values()
            for part in media["schema"].get("allOf", [])[1:]:
                assert part["properties"]["code"]["enum"] == list(media["examples"])


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: "-".join(map(str, ending)))
def test_ending__is_as_described(ending: tuple[str, int, str], shop: Shop) -> None:
    name, status, shown = ending
    response = ENDINGS[ending](shop)
    assert response.status_code == status, response.content
    told = OPERATIONS[name]["responses"][str(status)]
    [(kind, media)] = told["content"].items()
    assert response["Content-Type"] == kind
    body = response.json()
    assert offences(media["schema"], body) == []
    assert typical(body) == typical(media["examples"][shown]["value"])
    headers = told.get("headers", {})
    assert {header for header, meaning in headers.items() if meaning.get("required")} <= response.headers.keys()
    for header in headers.keys() & response.headers.keys():
        said = int(response[header]) if header == "Retry-After" else response[header]
        assert offences(headers[header]["schema"], said) == []


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: "-".join(example.place))
def test_example__fits_its_schema(example: Any) -> None:
    assert offences(example.schema, example.value) == []
