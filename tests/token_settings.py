"""The test project, as one that servers call with a token; it logs nothing."""

from tests.settings import *  # noqa: F403  # settings are extended so

MIDDLEWARE = ["tests.statuses.count_statuses", *MIDDLEWARE]  # noqa: F405  # as above
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "loggers": {
        "django_flowwise": {"handlers": ["nowhere"], "propagate": False},
        "django.request": {"handlers": ["nowhere"], "propagate": False},
    },
}
