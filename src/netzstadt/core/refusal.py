"""The one way in which a service says no."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.functional import Promise


class Refusal(Exception):
    """A rule of the house forbids the change; the message is written for the person who asked."""


@contextmanager
def refused_by_database(
    words: Mapping[str, str | Promise], refusal: type[Refusal]
) -> Iterator[None]:
    """Turn what the database refuses into a refusal, in the ``words`` for the name of the
    constraint; what they say nothing of stays an error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        text = str(error)
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        known = words.get(name) or next((w for key, w in words.items() if key in text), None)
        if known is None:
            raise
        raise refusal(str(known)) from error
