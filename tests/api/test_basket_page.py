"""The views of the page "Place a basket from JavaScript", as a shop would copy them, under attack."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory
from rest_framework.test import force_authenticate

from django_flowwise.models import Order
from tests.api.test_basket import in_thread
from tests.code_blocks import DOCS, blocks_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["Buy", "BuyAsync"])
def buy(request: pytest.FixtureRequest, flowwise_emulator: Any) -> Any:
    """Post to one of the page's views as this user."""
    page: dict[str, Any] = {}
    for block in blocks_of(DOCS / "how-to/api.md"):
        exec(block, page)  # noqa: S102  # our own page
    view = page[request.param].as_view()

    def post(user: User | AnonymousUser, raw: str) -> Any:
        asked = RequestFactory().post("/buy/", raw, content_type="application/json")
        if request.param == "Buy":
            force_authenticate(asked, user)
            return view(asked).render()

        async def auser() -> User | AnonymousUser:
            return user

        asked.user, asked.auser = user, auser

        async def ask() -> Any:
            return await view(asked)

        return in_thread(ask)

    return post


def users(*names: str) -> list[User]:
    return [User.objects.create_user(name) for name in names]


@pytest.mark.parametrize("product", ["lamp", "tea"])
def test_customer__who_names_anothers_basket_gets_an_own_one(product: str, buy: Any) -> None:
    anna, ben = users("anna", "ben")
    first = buy(anna, '{"basket": 8, "product": "lamp"}')
    second = buy(ben, f'{{"basket": 8, "product": "{product}"}}')
    assert (first.status_code, second.status_code) == (201, 201)
    key = str(Order.objects.get(customer_id=f"user-{anna.pk}").key)
    assert key in first.content.decode()
    assert key not in second.content.decode() + str(second.headers)


def test_customer__who_orders_again_gets_the_same_order(buy: Any) -> None:
    [anna] = users("anna")
    answers = [buy(anna, '{"basket": 8, "product": "lamp"}') for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].content == answers[1].content
    assert buy(anna, '{"basket": 8, "product": "tea"}').status_code == 409


@pytest.mark.parametrize(
    "raw",
    [
        *("", "[]", "null", "5", "{}", "{"),
        *(
            '{"product": "lamp"}',
            '{"basket": 8}',
            '{"basket": 8, "product": []}',
            '{"basket": 8, "product": "sofa"}',
        ),
        *('{"basket": {}, "product": "lamp"}', '{"basket": "1-BASKET-1", "product": "lamp"}'),
        *('{"basket": 1e400, "product": "lamp"}', '{"basket": -1, "product": "lamp"}', '{"basket": NaN}'),
    ],
)
def test_input__that_cannot_be_is_refused_as_such(raw: str, buy: Any) -> None:
    before = Order.objects.count()
    assert buy(*users("anna"), raw).status_code == 400
    assert Order.objects.count() == before


def test_stranger__is_sent_away(buy: Any) -> None:
    assert buy(AnonymousUser(), '{"basket": 8, "product": "lamp"}').status_code == 403
