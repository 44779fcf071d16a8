"""Importing addresses: own columns and those of the Länder, each row accounted for."""

import io

import pytest
from django.db import IntegrityError, transaction
from tests.core.geo.conftest import HEAD

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.geo.account import FileUnreadable, Reject
from netzstadt.core.geo.address_files import read_addresses
from netzstadt.core.geo.models import Address
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

SIMPLE = HEAD + "Am Markt;1;;45879;Teststadt;51,5;7,1\nAm Markt;2;b;45879;Teststadt;51.6;7.2\n"
# Two lines of the form that the Länder publish their house coordinates in.
ADV = (
    "N;DENW00000001;A;05;5;13;000;Gelsenkirchen;;00001;Ahornweg;3;;32;364000.123;5712000.456\n"
).replace(
    "N;DENW00000001;A;05;5;13;000;Gelsenkirchen;;00001;",
    "N;DENW00000001;A;05;NRW;5;MS;13;GE;000;Gelsenkirchen;0000;;00001;",
).strip() + ";2026-01-01\n"


def test_addresses_are_stored_once_however_often_they_are_imported(take_addresses):
    first, second = take_addresses(SIMPLE), take_addresses(SIMPLE)

    assert (first.new, first.read) == (2, 2)
    assert (second.unchanged, second.read) == (2, 2)
    assert {one.label for one in Address.objects.all()} == {
        "Am Markt 1, 45879 Teststadt",
        "Am Markt 2b, 45879 Teststadt",
    }
    assert Address.objects.get(number=1).point == (7.1, 51.5)
    told = AuditEvent.objects.filter(name="geo.addresses.imported").order_by("sequence")
    assert [one.data["rows_unchanged"] for one in told] == [0, 2]


def test_an_address_that_moved_is_changed(take_addresses):
    take_addresses(SIMPLE)

    account = take_addresses(SIMPLE.replace("51,5", "51.55"))

    assert (account.changed, account.unchanged) == (1, 1)
    assert Address.objects.get(number=1).point == (7.1, 51.55)


def test_a_publishers_key_is_followed_when_the_street_is_renamed(take_addresses):
    head = "key;strasse;hausnummer;lat;lon\n"
    take_addresses(head + "K1;Alte Gasse;5;51;7\n")

    account = take_addresses(head + "K1;Neue Gasse;5;51;7\n")

    assert (account.changed, account.new) == (1, 0)
    assert Address.objects.get().street == "Neue Gasse"


def test_house_coordinates_of_the_land_are_read_with_their_utm(take_addresses):
    account = take_addresses(ADV)

    one = Address.objects.get()
    assert (account.new, account.rejected) == (1, 0)
    assert (one.key, one.label) == ("DENW00000001", "Ahornweg 3, Gelsenkirchen")
    assert one.point == pytest.approx((7.04, 51.54), abs=0.02)


def test_rows_that_cannot_be_taken_are_named_with_their_line(take_addresses):
    account = take_addresses(
        HEAD + "Am Markt;1;;45879;T;51.5;7.1\n"
        "Am Markt;1;;45879;T;51.5;7.1\n"
        ";1;;;;51.5;7.1\n"
        "Am Markt;ohne;;;;51.5;7.1\n"
        "Am Markt;4;;459;;51.5;7.1\n"
        "Am Markt;5;;;;151.5;7.1\n"
        "Am Markt;6;;;;;7.1\n"
        "\n"
        "Am Markt;7\n"
    )

    assert (account.new, account.rejected, account.read) == (1, 7, 8)
    lines = sorted(int(one.place.split()[-1]) for one in account.rejects)
    assert lines == [3, 4, 5, 6, 7, 8, 10]
    assert all(one.reason.endswith(".") for one in account.rejects)


def test_old_files_of_offices_are_read(take_addresses):
    body = "Straße;Hausnummer;lat;lon\nMühlenstraße;3a;51;7\n".encode("cp1252")

    take_addresses(body, city="Teststadt")

    assert Address.objects.get().label == "Mühlenstraße 3a, Teststadt"


def test_a_preview_stores_nothing(take_addresses):
    account = take_addresses(SIMPLE, is_preview=True)

    assert (account.new, account.is_preview) == (2, True)
    assert not Address.objects.exists()
    assert not AuditEvent.objects.filter(name="geo.addresses.imported").exists()


@pytest.mark.parametrize("text", ["", "a;b;c\n", "street;number\nx;1\n", "lat;lon\n1;2\n"])
def test_a_file_that_cannot_be_read_says_why(text):
    with pytest.raises(FileUnreadable) as refused:
        list(read_addresses(io.BytesIO(text.encode())))

    assert len(str(refused.value)) > 10


def test_a_long_file_is_read_row_by_row():
    """The reader holds no more than a row: the file is made while it is read."""

    class Endless(io.RawIOBase):
        made = 0

        def __init__(self) -> None:
            self._rest = HEAD.encode()

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, *_: object) -> int:
            self._rest = HEAD.encode()
            return 0

        def readinto(self, buffer) -> int:
            while len(self._rest) < len(buffer):
                self._rest += b"Am Markt;1;;;;51.5;7.1\n" * 100
            taken = self._rest[: len(buffer)]
            self._rest = self._rest[len(buffer) :]
            buffer[: len(taken)] = taken
            self.made += len(taken)
            return len(taken)

    source = Endless()
    rows = read_addresses(io.BufferedReader(source))

    for _ in range(1_000):
        assert not isinstance(next(rows), Reject)

    assert source.made < 400_000


def test_many_addresses_take_few_questions(take_addresses, django_assert_max_num_queries):
    text = HEAD + "".join(f"Weg {n % 90};{n};;;T;51.5;7.1\n" for n in range(1, 1_900))

    with django_assert_max_num_queries(12):
        take_addresses(text)
    with django_assert_max_num_queries(10):
        assert take_addresses(text).unchanged == 1_899


def test_the_database_itself_refuses_what_cannot_be(take_addresses):
    take_addresses(SIMPLE)
    some = {
        "street": "Am Markt",
        "street_key": "ammarkt",
        "number": 1,
        "postcode": "45879",
        "city": "Teststadt",
        "point": (7, 51),
        "changed_at": clock.now(),
    }

    for wrong, words in (
        (some, "geo_address_once"),
        (some | {"number": 0}, "geo_address"),
        (some | {"number": 3, "street_key": ""}, "geo_address_street_and_number"),
        (some | {"number": 3, "postcode": "4587"}, "geo_address_postcode"),
    ):
        with pytest.raises(IntegrityError, match=words), transaction.atomic():
            Address.objects.create(**wrong)
    Address.objects.filter(number=1).update(key="K")
    with pytest.raises(IntegrityError, match="geo_address_key_once"), transaction.atomic():
        Address.objects.filter(number=2).update(key="K")


def test_a_house_number_of_thousands_of_digits_is_named_with_its_line():
    text = f"street;number;latitude;longitude\nAm Markt;{'1' * 5000};51.5;7.1\n"

    (reject,) = read_addresses(io.BytesIO(text.encode()))

    assert isinstance(reject, Reject)
