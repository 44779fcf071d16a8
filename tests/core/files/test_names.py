"""Names of files are made harmless."""

import pytest

from netzstadt.core.files.names import LONGEST, clean_name, ending_of


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("Bericht 2026.pdf", "Bericht 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\kim\\plan.png", "plan.png"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("rechnung\u202efdp.exe", "rechnungfdp.exe"),
        ("\u2066a\u2069\u200b.csv", "a.csv"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("a. . ", "a"),
        ("CON.txt", "_CON.txt"),
        ('a<b>:"c|?*.txt', "a_b___c___.txt"),
        ("Gru\u0308n.txt", "Grün.txt"),
    ],
)
def test_a_name_is_safe_in_a_folder_a_header_and_a_page(given, cleaned):
    assert clean_name(given) == cleaned


def test_a_long_name_keeps_its_ending():
    cleaned = clean_name("a" * 500 + ".pdf")

    assert len(cleaned) == LONGEST
    assert cleaned.endswith("a.pdf")


@pytest.mark.parametrize(
    ("name", "ending"), [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), ("a.", ""), ("a.ä", "")]
)
def test_the_ending_stands_behind_the_last_dot(name, ending):
    assert ending_of(name) == ending
