"""Persons: who can sign in, and whom the house knows."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id


def account_of(given: str | None) -> str:
    """The one form of an e-mail address as somebody typed it."""
    return (given or "").strip().lower()


# Where nobody can be reached (RFC 2606): the addresses of those who were erased.
ERASED = "@erased.invalid"


class NameKey(models.Func):
    """The order of names after DIN 5007 (SQL: din5007_name)."""

    function = "din5007_name"
    output_field = models.TextField()


class PersonManager(BaseUserManager["Person"]):
    """Finds persons by their e-mail address, whatever its case.

    Addresses are kept in small letters. They are compared as they are counted when passwords are
    wrong: to the database, for which dotless "ı" and "I" are one letter in two cases, one account
    would have many names, each with tries of its own.
    """

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=account_of(username))


class Person(AbstractBaseUser):
    """Somebody who can sign in. What she may do is said by grants (``core/access``)."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    email = models.EmailField(_("E-mail address"), unique=True)
    name = models.CharField(_("Name"), max_length=200)
    # The name's place in a list of names (DIN 5007), compared letter by letter.
    sort_key = models.GeneratedField(
        expression=NameKey(models.F("name")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    is_active = models.BooleanField(_("May sign in"), default=True)
    is_demo = models.BooleanField(_("Demo account"), default=False)
    created_at = models.DateTimeField(_("Created at"))

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()

    # Whom she stands in for in what she is doing now; set where a right of a deputy was used.
    acting_for: "Person | None" = None

    class Meta:
        verbose_name = _("Person")
        verbose_name_plural = _("Persons")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="orgs_person_email_once"),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], name="orgs_person_sort_key")]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def is_erased(self) -> bool:
        """Whether nothing is known of her any more but that she was here."""
        return self.email.endswith(ERASED)

    @property
    def shown_name(self) -> str:
        """Her name; in place of one who was erased, words in the reader's language."""
        return str(_("Erased person")) if self.is_erased else self.name
