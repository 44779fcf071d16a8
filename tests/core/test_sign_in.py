"""Persons sign in."""

import pytest
from django.utils import timezone

from netzstadt.core.orgs.models import Person


@pytest.mark.django_db
def test_a_person_is_found_whatever_the_case_of_her_address():
    person = Person.objects.create(email="a@example.org", name="A", created_at=timezone.now())

    assert Person.objects.get_by_natural_key("A@Example.org") == person
