"""Reads the one council information system of a database to its end, for a test that kills it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netzstadt.settings")

import django

django.setup()

from netzstadt.lib import clock  # noqa: E402 - Django must be set up first
from netzstadt.stakeholders.models import CouncilSource  # noqa: E402
from netzstadt.stakeholders.services import harvest  # noqa: E402

harvest.harvest(source=CouncilSource.objects.get(), at=clock.now())
