"""The description of the API in OpenAPI, by drf-spectacular: loaded by the app where that one is installed.

Says the same whatever the project's settings; they add how callers prove who they are.
"""

from __future__ import annotations

from django_flowwise.api.schema.extensions import BasketDescription, DisclosingDescription, EndpointDescription

__all__ = ["BasketDescription", "DisclosingDescription", "EndpointDescription"]
