from __future__ import annotations

from django.urls import path

from books import views

urlpatterns = [
    path("books/<int:pk>/buy/", views.buy, name="buy"),
    path("purchases/<int:pk>/give-back/", views.give_back, name="give-back"),
]
