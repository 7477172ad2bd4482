"""Settings of the benchmarks: the package on SQLite in memory, without anything that it does not need."""

from __future__ import annotations

SECRET_KEY = "benchmarks"
USE_TZ = True
ROOT_URLCONF = "benchmarks.urls"
ALLOWED_HOSTS = ["testserver"]
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django_flowwise"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
FLOWWISE: dict[str, dict[str, object]] = {"default": {"CLIENT_ID": "benchmark", "CLIENT_SECRET": "benchmark"}}
