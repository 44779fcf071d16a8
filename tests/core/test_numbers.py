"""Numbers as people write them: rounded, not cut off."""

import pytest
from django.utils import translation

from netzstadt.core.numbers import written


@pytest.mark.parametrize(
    ("value", "digits", "german", "english"),
    [
        (15.794, 1, "15,8", "15.8"),
        (4.998, 1, "5,0", "5.0"),
        (261.725, 0, "262", "262"),
        (2.675, 2, "2,68", "2.68"),  # as it is written, not as it is stored
        (7.5, 0, "8", "8"),
        (-0.04, 1, "0,0", "0.0"),
        (-7.5, 0, "-8", "-8"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (1e22, 0, "10.000.000.000.000.000.000.000", "10,000,000,000,000,000,000,000"),
        (0, 0, "0", "0"),
    ],
)
def test_a_number_is_rounded_and_grouped(value: float, digits: int, german: str, english: str):
    for language, text in (("de", german), ("en", english)):
        with translation.override(language):
            assert written(value, digits) == text


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_is_no_number_is_still_written(value: float):
    assert written(value, 2) == str(value)
