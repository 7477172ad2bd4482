"""Settings of the example: a shop that runs offline, against the local Flowwise that the package ships."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATABASE = Path(os.environ.get("SHOP_DATABASE", ROOT / ".demo" / "shop.sqlite3"))
DATABASE.parent.mkdir(parents=True, exist_ok=True)

DEBUG = True
SECRET_KEY = "for the example alone: a real shop keeps its own outside of the code"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "example_project.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = "Asia/Kolkata"
LANGUAGE_CODE = "en"
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_flowwise",
    "example_project.shop",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "example_project.security.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}}
STATIC_URL = "static/"
CSRF_FAILURE_VIEW = "example_project.shop.views.csrf_failure"

# `manage.py flowwise_emulator` answers here; a real shop names its account's credentials and leaves BASE_URL out
# until it goes live.
FLOWWISE = {
    "default": {
        "CLIENT_ID": os.environ.get("FLOWWISE_CLIENT_ID", "emulator"),
        "CLIENT_SECRET": os.environ.get("FLOWWISE_CLIENT_SECRET", "emulator-secret"),
        "BASE_URL": os.environ.get("FLOWWISE_BASE_URL", "http://127.0.0.1:8800/router"),
        "CHECKOUT_HOSTS": ["127.0.0.1", ".flowwise.com"],
        "RETURN_ORIGIN": os.environ.get("SHOP_ORIGIN", "http://127.0.0.1:8000"),
        "PAYMENT_METHODS": "cc,dc,upi,nb,wallet",
        "EXPIRY_MINUTES": 120,
    },
}
