"""Settings of the test project: the smallest that the package needs.

On SQLite, unless FLOWWISE_TEST_DATABASE names postgresql or mariadb.
"""

from __future__ import annotations

import os

DATABASE = os.environ.get("FLOWWISE_TEST_DATABASE", "sqlite")
if DATABASE == "mariadb":  # pragma: no cover  # measured on SQLite
    import pymysql

    pymysql.install_as_MySQLdb()

SECRET_KEY = "tests"
DEBUG = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
ROOT_URLCONF = "tests.urls"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "django_flowwise",
    "example_project.shop",
]
MIDDLEWARE = [
    "tests.csp.strict_policy",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
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
DATABASES = {
    "default": {
        "sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
        "postgresql": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "flowwise",
            "USER": os.environ.get("FLOWWISE_TEST_POSTGRESQL_USER", "postgres"),
            "HOST": "127.0.0.1",
        },
        "mariadb": {
            "ENGINE": "django.db.backends.mysql",
            "NAME": "flowwise",
            "USER": os.environ.get("FLOWWISE_TEST_MARIADB_USER", "root"),
            "HOST": "127.0.0.1",
            "TEST": {"CHARSET": "utf8mb4"},
        },
    }[DATABASE],
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_URL = "/static/"
SIMPLE_JWT = {"SIGNING_KEY": "tests" * 8}
FLOWWISE = {
    "default": {
        "CLIENT_ID": "tests-client-id",
        "CLIENT_SECRET": "tests-client-secret",
        "RETURN_ORIGIN": "https://shop.example",
    },
}
