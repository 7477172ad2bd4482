"""System checks: what is wrong in the settings, each with a stable id and its remedy.

Reads settings through conf alone, changes nothing, makes no request, and never shows a credential or an address,
which may hold one. An id is never used again. Registered by the app once it is ready.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse

from django_flowwise import conf
from django_flowwise.checks.rules import DEPLOYMENT_RULES, RULES, Rule
from django_flowwise.exceptions import FlowwiseConfigurationError

TAG = "django_flowwise"
"""For ``manage.py check --tag django_flowwise``."""
_IN_PROCESS_BACKENDS = tuple(
    f"{package}.backends.{name}"
    for package in ("django.tasks", "django_tasks")
    for name in ("immediate.ImmediateBackend", "dummy.DummyBackend")
)


def register_checks() -> None:
    """Make Django run these checks; safe to repeat."""
    for check in (check_accounts, check_project):
        checks.register(check, TAG)
    for check in (check_accounts_for_deployment, check_project_for_deployment):
        checks.register(check, TAG, deploy=True)


def check_accounts(**_: object) -> list[checks.CheckMessage]:
    """Check FLOWWISE as far as it stands there: callables are not called, since they may ask a secret store."""
    try:
        aliases = conf.account_aliases()
    except FlowwiseConfigurationError as error:
        return [checks.Error(str(error), hint="Add FLOWWISE to your settings.", id="django_flowwise.E001")]
    if not aliases:
        return [
            checks.Error(
                "FLOWWISE has no account.", hint='Add one, best named "default".', id="django_flowwise.E001"
            )
        ]
    return [message for alias in aliases for message in _account_messages(alias, calls_callables=False)]


def check_accounts_for_deployment(**_: object) -> list[checks.CheckMessage]:
    """Check what concerns real money, and the credentials that callables return."""
    try:
        aliases = conf.account_aliases()
    except FlowwiseConfigurationError:
        return []  # check_accounts says so
    return [message for alias in aliases for message in _deployment_messages(alias)]


def check_project(**_: object) -> list[checks.CheckMessage]:
    """Check what the package needs of the project around it."""
    messages: list[checks.CheckMessage] = []
    if not conf.keeps_aware_times():
        messages.append(
            checks.Error(
                "USE_TZ is off, but Flowwise's times carry their zone and are compared with the clock.",
                hint="Set USE_TZ = True.",
                id="django_flowwise.E015",
            )
        )
    if conf.has_urls() and not _has_our_views():
        messages.append(
            checks.Warning(
                "The views of django_flowwise are not among the URLs: an order has no link of its own.",
                hint='Add path("flowwise/", include("django_flowwise.urls")) to your root URLs.',
                id="django_flowwise.W016",
            )
        )
    databases = ", ".join(conf.atomic_request_databases())
    if databases:
        messages.append(
            checks.Warning(
                f"ATOMIC_REQUESTS is on ({databases}): no order is sent to Flowwise while a transaction is open.",
                hint="The package's own views and admin pages opt out. A view of yours that places, submits or"
                " refreshes orders needs django.db.transaction.non_atomic_requests; then silence this.",
                id="django_flowwise.W017",
            )
        )
    return messages


def check_project_for_deployment(**_: object) -> list[checks.CheckMessage]:
    """Check what the project around the package must have in production."""
    in_process = [alias for alias, path in conf.task_backends().items() if path in _IN_PROCESS_BACKENDS]
    if conf.is_debug() or not in_process:
        return []
    return [
        checks.Warning(
            f"TASKS runs in the web process or not at all ({', '.join(in_process)}), although DEBUG is off.",
            hint="Use a backend with workers of its own, such as the one of django-tasks-db.",
            id="django_flowwise.W018",
        )
    ]


def _account_messages(alias: str, *, calls_callables: bool) -> list[checks.CheckMessage]:
    values, problems = conf.inspect_account(alias, calls_callables=calls_callables)
    hint = "Correct FLOWWISE in your settings."
    return [
        *(checks.Error(problem, hint=hint, id="django_flowwise.E002") for problem in problems),
        *_broken(RULES, alias, values),
    ]


def _deployment_messages(alias: str) -> list[checks.CheckMessage]:
    known = _account_messages(alias, calls_callables=False)
    messages = [message for message in _account_messages(alias, calls_callables=True) if message not in known]
    if not conf.is_debug():
        values, _ = conf.inspect_account(alias, calls_callables=False)
        messages += _broken(DEPLOYMENT_RULES, alias, values)
    return messages


def _broken(rules: Iterable[Rule], alias: str, values: dict[str, Any]) -> Iterator[checks.CheckMessage]:
    for rule in rules:
        asked = [values[key.lower()] for key in rule.keys if key.lower() in values]
        if len(asked) == len(rule.keys) and rule.finds(*asked):
            yield rule.kind(f"FLOWWISE[{alias!r}][{rule.keys[0]!r}] {rule.problem}", hint=rule.hint, id=rule.id)


def _has_our_views() -> bool:
    try:
        reverse("django_flowwise:checkout", args=[uuid.UUID(int=0)])
    except (NoReverseMatch, ImproperlyConfigured, ImportError):
        return False
    return True
