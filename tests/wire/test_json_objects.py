"""Objects without a documented shape."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_flowwise.wire.json_objects import DEEPEST_OBJECT, LARGEST_OBJECT, storable_object

NUMBERS = (
    st.decimals(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
)


@given(NUMBERS)
def test_number__is_the_same_after_a_column_has_had_it(number: Decimal | float) -> None:
    kept = storable_object({"n": number})["n"]
    assert isinstance(kept, (int, float, str))
    back = json.loads(json.dumps(kept), parse_float=Decimal)
    assert Decimal(back) == Decimal(repr(number) if isinstance(number, float) else number)


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (2**63, str(2**63)),
        (-(2**63) - 1, str(-(2**63) - 1)),
        (Decimal("0.1"), 0.1),
        (Decimal("1e400"), "1E+400"),
        (Decimal("0.1000000000000000055511151231257827"), "0.1000000000000000055511151231257827"),
    ],
)
def test_number__is_text_where_a_column_would_round_it(number: Decimal | int, kept: float | str) -> None:
    assert storable_object({"n": number}) == {"n": kept}


def nested(levels: int, *, by_array: bool) -> dict[str, Any]:
    inner: Any = "x"
    for _ in range(levels - 1):
        inner = [inner] if by_array else {"k": inner}
    return {"k": inner}


@pytest.mark.parametrize("by_array", [False, True])
def test_object__its_depth_is_bounded(by_array: bool) -> None:
    deepest = nested(DEEPEST_OBJECT, by_array=by_array)
    assert storable_object(deepest) == deepest
    with pytest.raises(ValueError, match="too deep"):
        storable_object(nested(DEEPEST_OBJECT + 1, by_array=by_array))
    with pytest.raises(ValueError, match="too deep"):
        storable_object(nested(5000, by_array=by_array))


def test_object__its_size_is_bounded() -> None:
    overhead = len(json.dumps({"k": ""}))
    largest = {"k": "x" * (LARGEST_OBJECT - overhead)}
    assert storable_object(largest) == largest
    for larger in (
        {"k": largest["k"] + "x"},
        {"k": "é" * (LARGEST_OBJECT // 2)},
        dict.fromkeys(map(str, range(3000)), 1),
    ):
        with pytest.raises(ValueError, match="too large"):
            storable_object(larger)


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        Decimal("NaN"),
        Decimal("-Infinity"),
        b"x",
        {1: 1},
        "\x00",
        "\ud800",
        {"\x00": 1},
        {"\ud800": 1},
        {"x"},
    ],
)
def test_object__with_what_no_column_takes(value: Any) -> None:
    for given_object in ({"k": value}, {"k": [value]}, {"k": {"j": value}}):
        with pytest.raises(ValueError, match=r"^the "):
            storable_object(given_object)


def test_object__is_a_copy() -> None:
    inner = {"j": ["😀", None, True, False]}
    kept = storable_object({"k": inner})
    assert kept == {"k": inner}
    assert kept["k"] is not inner
