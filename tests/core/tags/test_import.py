"""Reading SKOS files: seen first, then taken in, and again without doubles."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.tags import exports, queries
from netzstadt.core.tags.models import Concept, ImportDraft, Scheme
from netzstadt.core.tags.refusals import ImportRefused
from netzstadt.core.tags.services import imports
from netzstadt.lib import clock
from netzstadt.standards.skos import writing

pytestmark = pytest.mark.django_db

HEAD = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix : <https://example.org/v/> .
:s a skos:ConceptScheme ; dct:title "Verkehr"@de, "Traffic"@en .
"""
FILE = (
    HEAD
    + """
:vehicle a skos:Concept ; skos:prefLabel "Fahrzeug"@de, "Vehicle"@en ; skos:inScheme :s .
:bicycle a skos:Concept ; skos:prefLabel "Fahrrad"@de, "Bicycle"@en ; skos:broader :vehicle ;
    skos:altLabel "Velo"@de, "Rad"@de ; skos:notation "F1" ; skos:definition "Zwei Räder."@de .
:old a skos:Concept ; skos:prefLabel "Drahtesel"@de ; owl:deprecated true ;
    dct:isReplacedBy :bicycle .
"""
)


@pytest.fixture
def lay_out(keeper):
    """Read a file for a vocabulary."""

    def read(text=FILE, key="traffic", name="traffic.ttl"):
        return imports.lay_out(key=key, name=name, content=text.encode(), by=keeper, at=clock.now())

    return read


@pytest.fixture
def take_in(lay_out, keeper):
    """Read a file and take it in."""

    def read(text=FILE, key="traffic", name="traffic.ttl"):
        draft = lay_out(text, key, name).draft
        return imports.take_in(draft=draft, by=keeper, at=clock.now())

    return read


def test_a_file_makes_a_vocabulary(take_in):
    scheme = take_in()

    assert (scheme.title_de, scheme.title_en, scheme.uri) == (
        "Verkehr",
        "Traffic",
        "https://example.org/v/s",
    )
    bicycle = Concept.objects.get(label_en="Bicycle")
    assert (bicycle.label_de, bicycle.notation, bicycle.definition_de) == (
        "Fahrrad",
        "F1",
        "Zwei Räder.",
    )
    assert bicycle.broader is not None
    assert bicycle.broader.label_de == "Fahrzeug"
    assert queries.alt_labels_of([bicycle.pk])[bicycle.pk] == ["Rad", "Velo"]
    old = Concept.objects.get(label_de="Drahtesel")
    assert (old.is_deprecated, old.replaced_by) == (True, bicycle)
    entry = AuditEvent.objects.get(name="tags.scheme.imported")
    assert (entry.data["new_count"], entry.data["file_name"]) == (3, "traffic.ttl")


def test_looking_at_a_file_changes_nothing(lay_out):
    seen = lay_out()

    assert [one.label for one in seen.plan.new] == ["Fahrrad", "Drahtesel", "Fahrzeug"]
    assert not Scheme.objects.exists()
    assert not Concept.objects.exists()


def test_the_same_file_again_changes_nothing(take_in, lay_out):
    take_in()
    before = list(Concept.objects.order_by("pk").values())

    again = lay_out()
    take_in()

    assert (again.plan.new, again.plan.changed, again.plan.unchanged_count) == ([], [], 3)
    assert list(Concept.objects.order_by("pk").values()) == before


def test_a_newer_file_changes_what_differs_and_leaves_what_it_does_not_have(take_in, lay_out):
    take_in()
    newer = FILE.replace('"Fahrzeug"@de', '"Verkehrsmittel"@de').partition(":old a")[0]

    plan = lay_out(newer).plan
    take_in(newer)

    assert [one.label for one in plan.changed] == ["Verkehrsmittel"]
    assert (plan.unchanged_count, plan.missing_count) == (1, 1)
    assert Concept.objects.count() == 3
    assert Concept.objects.get(uri="https://example.org/v/vehicle").label_de == "Verkehrsmittel"


def test_terms_that_change_their_words_with_one_another_do_not_collide(take_in):
    take_in()
    swapped = (
        FILE.replace('"Fahrzeug"@de', '"X"@de')
        .replace('"Fahrrad"@de', '"Fahrzeug"@de')
        .replace('"X"@de', '"Fahrrad"@de')
    )

    take_in(swapped)

    assert Concept.objects.get(notation="F1").label_de == "Fahrzeug"


def test_a_tree_that_is_turned_round_is_taken_in(take_in):
    take_in()
    turned = FILE.replace("skos:broader :vehicle ;", "").replace(
        ":vehicle a skos:Concept ;", ":vehicle a skos:Concept ; skos:broader :bicycle ;"
    )

    take_in(turned)

    vehicle = Concept.objects.get(label_de="Fahrzeug")
    assert vehicle.broader is not None
    assert vehicle.broader.label_de == "Fahrrad"


def test_terms_made_by_hand_are_known_by_their_words(take_in, make_scheme, add):
    scheme = make_scheme("traffic")
    by_hand = add("fahrrad", to=scheme)

    take_in()

    by_hand.refresh_from_db()
    assert by_hand.uri == "https://example.org/v/bicycle"
    assert Concept.objects.filter(scheme=scheme).count() == 3


def test_what_was_written_is_read_without_a_difference(take_in, lay_out):
    scheme = take_in()

    for ending in ("ttl", "rdf"):
        data = writing.write(exports.vocabulary_of(scheme), ending=ending)
        again = lay_out(data.decode(), name=f"a.{ending}")
        assert (again.plan.new, again.plan.changed, again.plan.problems) == ([], [], [])


def test_problems_are_named_and_nothing_is_taken_in(take_in, lay_out):
    circle = FILE.replace(
        ":vehicle a skos:Concept ;", ":vehicle a skos:Concept ; skos:broader :bicycle ;"
    )
    double = FILE + ':other a skos:Concept ; skos:prefLabel "fahrrad"@de .'

    assert "below itself" in " ".join(lay_out(circle).plan.problems)
    assert "fahrrad" in " ".join(lay_out(double).plan.problems)
    for text in (circle, double):
        with pytest.raises(ImportRefused):
            take_in(text)
    assert not Concept.objects.exists()


def test_only_files_of_known_forms_are_read(lay_out):
    with pytest.raises(ImportRefused):
        lay_out(name="traffic.jsonld")
    with pytest.raises(ImportRefused):
        lay_out("this is no turtle")


def test_drafts_are_forgotten_after_a_day(lay_out):
    lay_out()

    assert imports.forget_drafts(at=clock.now() + timedelta(hours=23)) == 0
    assert imports.forget_drafts(at=clock.now() + timedelta(hours=25)) == 1


def test_a_file_is_seen_on_a_page_and_taken_in_with_a_click(client_of, keeper):
    client = client_of(keeper)
    file = SimpleUploadedFile("traffic.ttl", FILE.encode())

    sent = client.post("/office/vocabularies/import/", {"key": "traffic", "file": file})
    seen = client.get(sent["Location"])
    taken = client.post(sent["Location"])

    assert seen.status_code == 200
    assert "Fahrrad" in seen.content.decode()
    assert taken["Location"] == "/office/vocabularies/traffic/"
    assert Concept.objects.count() == 3
    assert not ImportDraft.objects.exists()


def test_a_file_that_cannot_be_read_comes_back_with_the_place(client_of, keeper):
    file = SimpleUploadedFile("traffic.ttl", b"<a> <b> .\n nonsense")

    sent = client_of(keeper).post("/office/vocabularies/import/", {"key": "traffic", "file": file})

    assert sent.status_code == 422
    assert "id_file-error" in sent.content.decode()


def test_a_draft_is_for_who_laid_it_out_alone(lay_out, client_of, make_person):
    from netzstadt.core.access.permissions import Role

    draft = lay_out().draft
    other = client_of(make_person(Role.COORDINATOR))

    assert other.get(f"/office/vocabularies/import/{draft.pk}/").status_code == 404


@pytest.mark.parametrize(("key", "terms"), [("sdg", 17), ("smart-city-charta", 4), ("u4ssc", 36)])
def test_a_vocabulary_that_comes_with_the_house_is_taken_in_once(
    client_of, keeper, key: str, terms: int
) -> None:
    office = client_of(keeper)
    for _twice in range(2):
        sent = office.post("/office/vocabularies/import/shipped/", {"key": key})
        office.post(sent["Location"])

    scheme = Scheme.objects.get(key=key)
    assert scheme.concepts.count() == terms
    assert "" not in scheme.concepts.values_list("label_de", flat=True)
    assert "" not in scheme.concepts.values_list("label_en", flat=True)


def test_what_does_not_come_with_the_house_is_not_found(client_of, keeper) -> None:
    for key in ("", "../demo", "nothing"):
        sent = client_of(keeper).post("/office/vocabularies/import/shipped/", {"key": key})
        assert sent.status_code == 404
