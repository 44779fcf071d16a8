"""Tickets for live values: for one reader, for an hour, and not to be forged."""

import base64
import hashlib
import hmac
import uuid

import pytest

from netzstadt.lib.live_tickets import LIFETIME_S, TicketRefused, issue_ticket, reader_of

KEY = "the key of the house"


def test_a_ticket_names_its_reader_until_it_ends():
    reader = uuid.uuid4()
    ticket = issue_ticket(reader, now=1000, key=KEY)

    assert reader_of(ticket, now=1000 + LIFETIME_S - 1, key=KEY) == reader
    with pytest.raises(TicketRefused):
        reader_of(ticket, now=1000 + LIFETIME_S, key=KEY)


def test_a_seal_for_another_purpose_makes_no_ticket():
    """The key of the house seals other things as well; a ticket's seal says what it is for."""
    content = uuid.uuid4().bytes + (2000).to_bytes(8, "big")

    for prefix in (b"", b"netzstadt something else\0"):
        seal = hmac.digest(KEY.encode(), prefix + content, hashlib.sha256)
        with pytest.raises(TicketRefused):
            reader_of(base64.urlsafe_b64encode(content + seal).decode(), now=1000, key=KEY)


@pytest.mark.parametrize("ticket", ["", "x", "ä", "A" * 75, "=" * 40])
def test_what_is_no_ticket_is_refused(ticket):
    with pytest.raises(TicketRefused):
        reader_of(ticket, now=0, key=KEY)
