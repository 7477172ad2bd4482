"""Classes of Django that are generic for a type checker, and plain when the code runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.forms import ModelForm

from django_flowwise.models import Order

if TYPE_CHECKING:
    OrderModelAdmin = admin.ModelAdmin[Order]
    OrderModelForm = ModelForm[Order]
    OrderPaginator = Paginator[Any]
else:
    OrderModelAdmin = admin.ModelAdmin
    OrderModelForm = ModelForm
    OrderPaginator = Paginator
