"""The page of the REST API tells all that the committed document tells."""

from __future__ import annotations

import html
import itertools
import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.openapi import DOCUMENT

pytestmark = [pytest.mark.django_db, pytest.mark.urls("example_project.urls")]

TOLD = json.loads(DOCUMENT.read_text(encoding="utf-8"))
OPERATIONS = {
    told["operationId"]: (verb, path, told)
    for path, operations in TOLD["paths"].items()
    for verb, told in operations.items()
}


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())


def without_backticks(text: str) -> str:
    return text.replace("`", "")


@pytest.fixture
def shown(client: Client) -> str:
    return client.get("/api/").content.decode()


@pytest.fixture
def articles(shown: str) -> dict[str, str]:
    return dict(re.findall(r'<article id="(\w+)">(.*?)</article>', shown, re.DOTALL))


def test_page__has_every_operation_and_shape_once(shown: str, articles: dict[str, str]) -> None:
    assert list(articles) == [*OPERATIONS, *TOLD["components"]["schemas"]]
    assert shown.count("<article") == len(articles)
    groups = re.findall(r"<h2><code>(.*?)</code></h2>", shown)
    assert groups == list(TOLD["paths"])


@pytest.mark.parametrize("key", OPERATIONS)
def test_operation__tells_its_verb_parameters_and_body(key: str, articles: dict[str, str], shown: str) -> None:
    verb, path, told = OPERATIONS[key]
    text = plain(articles[key])
    assert text.startswith(f"{verb.upper()} {told['summary']} {without_backticks(told['description'])}")
    assert f"{told['summary']} {verb.upper()} {path}" in plain(shown)
    for parameter in told.get("parameters", []):
        assert f"{parameter['name']} in the {parameter['in']}, " in text
        assert without_backticks(parameter.get("description", "")) in text
    for sent in told.get("requestBody", {"content": {}})["content"].values():
        body = TOLD["components"]["schemas"][sent["schema"]["$ref"].rpartition("/")[2]]
        shape = articles[key].partition("Body<")[2]
        assert re.findall(r"<dt><code>(\w+)</code>", shape) == list(body["properties"])
        required = re.findall(r"<dt><code>(\w+)</code>(?:(?!</dt>).)*<strong>required", shape)
        assert sorted(required) == sorted(body.get("required", []))
        for example in sent.get("examples", {}).values():
            assert plain(json.dumps(example["value"], indent=2)) in text


@pytest.mark.parametrize("key", OPERATIONS)
def test_operation__tells_every_answer(key: str, articles: dict[str, str]) -> None:
    told: dict[str, Any] = OPERATIONS[key][2]["responses"]
    answers = dict(re.findall(r'<dt id="\w+-(\d+)">(.*?)</dd>', articles[key], re.DOTALL))
    assert list(answers) == list(told)
    for status, answer in told.items():
        text = plain(answers[status])
        [content] = answer["content"].values()
        [*codes] = re.findall(r'"code": \{"type": "string", "enum": (\[.*?\])', json.dumps(content["schema"]))
        assert re.match(r"\d+((?: \w+)*?)(?= " + re.escape(without_backticks(answer["description"])) + ")", text)
        assert text.startswith(" ".join([status, *(json.loads(codes[0]) if codes else [])]))
        assert all(header in text for header in answer.get("headers", {}))
        for example in content["examples"].values():
            assert plain(json.dumps(example["value"], indent=2, ensure_ascii=False)) in text


def test_fields__are_told_with_their_limits(articles: dict[str, str]) -> None:
    order, body = plain(articles["FlowwiseOrder"]), plain(articles["FlowwiseOrderBody"])
    assert "state string, required One of DRAFT, SUBMITTING" in order
    assert "attention array, FlowwiseAttention There for holders of settle_order alone." in order
    assert "links object, required, FlowwiseLinks" in order
    assert "* " not in order
    assert "order_tags object" in order
    assert 'capture_action string, required One of CAPTURE, VOID, ""' in plain(articles["FlowwisePayment"])
    assert "reference string, length at least 1, length at most 255, required The shop's own name" in body
    assert "payment_id string, length at least 1, length at most 255, required" in plain(
        articles["FlowwiseRefundBody"]
    )
    assert "note string, length at most 255 The reason." in plain(articles["FlowwiseRefundBody"])
    assert "order_amount string or number, required Major units" in body
    assert "order_currency string, length at least 1, length at most 3, required ISO 4217." in body
    assert "expiry_time_in_minutes integer or null, at least 1, at most 2147483647" in body
    assert "submit boolean, usually false Create it at Flowwise" in body


def test_code__stands_between_single_backticks(shown: str) -> None:
    assert "<code></code>" not in shown
    assert "with <code>submit</code> at Flowwise" in shown


def test_links__lead_somewhere(shown: str) -> None:
    targets = set(re.findall(r'href="#([\w-]+)"', shown))
    assert len(targets) > len(OPERATIONS)
    assert targets <= set(re.findall(r'id="([\w-]+)"', shown))
    names = re.findall(r'id="([\w-]+)"', shown)
    assert len(names) == len(set(names))


def test_headings__are_in_order_and_nothing_runs(shown: str) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", shown)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", shown)


def test_document__is_served_as_it_is(client: Client) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.content == DOCUMENT.read_bytes()
    assert answer.headers["Content-Type"] == "application/json"
    assert client.post("/api/openapi.json").status_code == 405
    assert client.post("/api/").status_code == 405


def test_shop__links_to_the_page(client: Client) -> None:
    assert '<a href="/api/">REST API</a>' in client.get("/").content.decode()
