"""One alias of FLOWWISE as a value: read live, with an error that names the setting and the remedy."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from django.test import override_settings

from django_flowwise import conf
from django_flowwise.conf import Account, get_account
from django_flowwise.exceptions import FlowwiseConfigurationError

SECRET = "s3cret-of-the-shop"
GIVEN = {"CLIENT_ID": "shop", "CLIENT_SECRET": SECRET}


def configured(**changes: object) -> override_settings:
    return override_settings(FLOWWISE={"default": {**GIVEN, **changes}})


def problem_of(alias: str = "default") -> str:
    with pytest.raises(FlowwiseConfigurationError) as caught:
        get_account(alias)
    assert SECRET not in str(caught.value)
    return str(caught.value)


@override_settings(FLOWWISE={"default": GIVEN})
def test_get_account__has_the_documented_defaults():
    assert get_account() == Account(
        alias="default",
        client_id="shop",
        client_secret=SECRET,
        base_url="https://sandbox.flowwise.com/router",
        checkout_hosts=(".flowwise.com",),
        connect_timeout_seconds=3.05,
        read_timeout_seconds=10,
        deadline_seconds=20,
        quiet_seconds=30,
        return_origin="",
        payment_methods="",
        expiry_minutes=None,
    )


def test_get_account__reads_every_setting():
    with configured(
        BASE_URL="https://app.flowwise.com/router/",
        CHECKOUT_HOSTS=["pay.example"],
        CONNECT_TIMEOUT_SECONDS=1,
        READ_TIMEOUT_SECONDS=2.5,
        DEADLINE_SECONDS=4,
        QUIET_SECONDS=5,
        RETURN_ORIGIN=" https://shop.example/ ",
        PAYMENT_METHODS="cc,upi",
        EXPIRY_MINUTES=120,
    ):
        assert dataclasses.asdict(get_account()) == {
            "alias": "default",
            "client_id": "shop",
            "client_secret": SECRET,
            "base_url": "https://app.flowwise.com/router",
            "checkout_hosts": ("pay.example",),
            "connect_timeout_seconds": 1,
            "read_timeout_seconds": 2.5,
            "deadline_seconds": 4,
            "quiet_seconds": 5,
            "return_origin": "https://shop.example",
            "payment_methods": "cc,upi",
            "expiry_minutes": 120,
        }


def test_get_account__override_settings_works_with_no_help():
    before = get_account().client_id
    with configured(CLIENT_ID="another"):
        assert get_account().client_id == "another"
    assert get_account().client_id == before == "tests-client-id"


@override_settings(FLOWWISE={"india": {**GIVEN, "CLIENT_ID": "in"}, "gulf": {**GIVEN, "CLIENT_ID": "ae"}})
def test_get_account__each_alias_is_an_account_of_its_own():
    assert conf.account_aliases() == ("india", "gulf")
    assert [get_account(alias).client_id for alias in conf.account_aliases()] == ["in", "ae"]


@override_settings(FLOWWISE={"india": GIVEN, "gulf": GIVEN})
def test_get_account__unknown_alias_names_the_known_ones():
    assert "no account 'default' (it has: gulf, india)" in problem_of()


@override_settings(FLOWWISE={})
def test_get_account__empty_setting_has_none():
    assert "(it has: none)" in problem_of()


@pytest.mark.parametrize("given", [None, [], "default", {"default": None}, {"default": GIVEN, "other": "text"}])
def test_account_aliases__setting_of_another_shape(given):
    with (
        override_settings(FLOWWISE=given),
        pytest.raises(FlowwiseConfigurationError, match="must be a dictionary"),
    ):
        conf.account_aliases()


@override_settings()
def test_account_aliases__setting_absent(settings):
    del settings.FLOWWISE

    with pytest.raises(FlowwiseConfigurationError, match="must be a dictionary"):
        conf.account_aliases()


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("CLIENT_SECRTE", "CLIENT_SECRET"),
        ("base_url", "BASE_URL"),
        ("BASEURL", "BASE_URL"),
        ("TIMEOUT_SECONDS", "READ_TIMEOUT_SECONDS"),
        ("CHECKOUT_HOST", "CHECKOUT_HOSTS"),
    ],
)
def test_get_account__unknown_key_names_the_nearest(key, nearest):
    with configured(**{key: "x"}):
        assert problem_of() == f"FLOWWISE['default'] has an unknown key {key!r}. Did you mean {nearest!r}?"


@override_settings(FLOWWISE={"default": {**GIVEN, 7: "x"}})
def test_get_account__unknown_key_that_is_no_text():
    assert "has an unknown key 7." in problem_of()


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({}, "lacks CLIENT_ID and CLIENT_SECRET."),
        ({"CLIENT_ID": None, "CLIENT_SECRET": ""}, "lacks CLIENT_ID and CLIENT_SECRET."),
        ({"CLIENT_ID": "shop"}, "lacks CLIENT_SECRET."),
        ({"CLIENT_SECRET": SECRET}, "lacks CLIENT_ID."),
    ],
)
def test_get_account__missing_keys_in_one_error(given, lacking):
    with override_settings(FLOWWISE={"default": given}):
        assert problem_of() == f"FLOWWISE['default'] {lacking} Both are in the Flowwise Merchant Dashboard."


@override_settings(FLOWWISE={"default": {"CLIENT_IDD": "shop", "CLIENT_SECRET": SECRET, "EXPIRY_MINUTES": 0}})
def test_get_account__every_problem_in_one_error():
    problem = problem_of()

    assert "unknown key 'CLIENT_IDD'. Did you mean 'CLIENT_ID'?" in problem
    assert "lacks CLIENT_ID." in problem
    assert "['EXPIRY_MINUTES'] must be a positive whole number" in problem


@pytest.mark.parametrize("key", ["CLIENT_ID", "CLIENT_SECRET"])
@pytest.mark.parametrize(
    "given", ["token\n", "  token\r\n", lambda: "token\n"], ids=["newline", "spaces", "callable"]
)
def test_get_account__credentials_are_stripped(key, given):
    with configured(**{key: given}):
        assert getattr(get_account(), key.lower()) == "token"


def test_get_account__callables_are_called_each_time():
    tokens = iter(["first", "second"])
    with configured(CLIENT_SECRET=lambda: next(tokens)):
        assert [get_account().client_secret, get_account().client_secret] == ["first", "second"]


@pytest.mark.parametrize("key", ["CLIENT_ID", "CLIENT_SECRET"])
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (" \n", "is empty"),
        (lambda: "", "is empty"),
        ("pässword", "must be printable ASCII"),
        ("two\nlines", "must be printable ASCII"),
        ("tab\there", "must be printable ASCII"),
        ("\x00", "must be printable ASCII"),
        (b"bytes", "must be text, or a callable"),
        (12345, "must be text, or a callable"),
        (lambda: None, "must be text, or a callable"),
        (["list"], "must be text, or a callable"),
    ],
)
def test_get_account__malformed_credentials_are_named_and_not_shown(key, given, says):
    with configured(**{key: given}):
        problem = problem_of()

    assert problem.startswith(f"FLOWWISE['default'][{key!r}] {says}")
    assert "pässword" not in problem
    assert "two" not in problem


SECONDS = ["CONNECT_TIMEOUT_SECONDS", "READ_TIMEOUT_SECONDS", "DEADLINE_SECONDS", "QUIET_SECONDS"]


@pytest.mark.parametrize("key", SECONDS)
@pytest.mark.parametrize(
    "given", [0, -1, float("nan"), float("inf"), 1e300, True, "10", None, Decimal(10), 86_400.5]
)
def test_get_account__seconds_must_be_a_positive_number_that_a_socket_can_wait(key, given):
    with configured(**{key: given}):
        assert f"[{key!r}] must be a number of seconds greater than zero" in problem_of()


@pytest.mark.parametrize("key", ["BASE_URL", "RETURN_ORIGIN", "PAYMENT_METHODS"])
@pytest.mark.parametrize("given", [None, 5, b"https://", ["cc"], lambda: "x"])
def test_get_account__texts_must_be_text(key, given):
    with configured(**{key: given}):
        assert problem_of().endswith(f"[{key!r}] must be text.")


@pytest.mark.parametrize("given", [".flowwise.com", None, [None], [b".flowwise.com"], {"a": "b"}])
def test_get_account__hosts_must_be_a_list_of_text(given):
    with configured(CHECKOUT_HOSTS=given):
        assert "['CHECKOUT_HOSTS'] must be a list of hosts" in problem_of()


@pytest.mark.parametrize("given", [["*"], (".flowwise.com", "*")])
def test_get_account__hosts_may_not_be_everybody(given):
    with configured(CHECKOUT_HOSTS=given):
        assert "customers could be sent anywhere" in problem_of()


@pytest.mark.parametrize("given", [0, -5, 1.5, "60", True])
def test_get_account__expiry_must_be_whole_minutes(given):
    with configured(EXPIRY_MINUTES=given):
        assert "['EXPIRY_MINUTES'] must be a positive whole number of minutes, or None" in problem_of()


def test_get_account__expiry_may_be_left_to_flowwise():
    with configured(EXPIRY_MINUTES=None):
        assert get_account().expiry_minutes is None


@pytest.mark.parametrize("write", [repr, str, "{}".format, "{!r}".format])
def test_account__never_shows_its_credentials(write):
    with configured():
        written = write(get_account())

    assert SECRET not in written
    assert "shop" not in written
    assert "alias='default'" in written


def test_account__is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        get_account().client_id = "other"


@override_settings(
    FLOWWISE={"default": {"CLIENT_ID": lambda: pytest.fail("called"), "BASE_URL": 7, "SECRET": "x"}}
)
def test_inspect_account__gives_what_is_right_and_every_problem_and_calls_nothing():
    values, problems = conf.inspect_account("default", calls_callables=False)

    assert {"client_id", "client_secret", "base_url"}.isdisjoint(values)
    assert values["deadline_seconds"] == 20
    assert [problem.split("]", 1)[1].strip(" .") for problem in problems] == [
        "['BASE_URL'] must be text",
        "has an unknown key 'SECRET'. Did you mean 'CLIENT_SECRET'?",
        "lacks CLIENT_SECRET. Both are in the Flowwise Merchant Dashboard",
    ]


@override_settings(FLOWWISE={"default": {"CLIENT_ID": lambda: "called", "CLIENT_SECRET": lambda: ""}})
def test_inspect_account__may_call():
    values, problems = conf.inspect_account("default", calls_callables=True)

    assert values["client_id"] == "called"
    assert problems == [
        "FLOWWISE['default']['CLIENT_SECRET'] is empty. Take it from the Flowwise Merchant Dashboard."
    ]


@pytest.mark.parametrize("is_on", [True, False])
def test_project__switches_are_read_live(is_on):
    with override_settings(DEBUG=is_on, USE_TZ=is_on):
        assert (conf.is_debug(), conf.keeps_aware_times()) == (is_on, is_on)


@pytest.mark.parametrize(("is_on", "databases"), [(True, ("default",)), (False, ())])
def test_atomic_request_databases__names_those_that_have_it_on(monkeypatch, settings, is_on, databases):
    monkeypatch.setitem(settings.DATABASES["default"], "ATOMIC_REQUESTS", is_on)

    assert conf.atomic_request_databases() == databases


@pytest.mark.parametrize(
    ("given", "backends"),
    [
        ({"default": {"BACKEND": "a.B"}, "slow": {}}, {"default": "a.B", "slow": ""}),
        ({"default": None}, {}),
        (None, {}),
        ("a.B", {}),
    ],
)
def test_task_backends__as_the_project_names_them(given, backends):
    with override_settings(TASKS=given):
        assert conf.task_backends() == backends


def test_task_backends__djangos_own_default_is_nobodys_choice():
    assert conf.task_backends() == {}


@pytest.mark.parametrize(("given", "has_urls"), [("tests.urls", True), ("", False), (None, False)])
def test_has_urls__only_with_a_root(given, has_urls):
    with override_settings(ROOT_URLCONF=given):
        assert conf.has_urls() is has_urls
