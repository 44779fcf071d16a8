"""Which texts are units in UCUM, the Unified Code for Units of Measure."""

import pytest

from netzstadt.standards.ucum import UcumFault, check


@pytest.mark.parametrize(
    "code",
    [
        *("Cel", "%", "m", "mm", "km/h", "m3/s", "ug/m3", "kW.h", "L/m2", "deg", "hPa", "dB", "1"),
        *("{count}", "{count}/h", "10*3/uL", "10^-6", "[ppm]", "[degF]", "mol/L", "/min", "kg.m-2"),
        *("W/(m2.K)", "mg{N}/L", "B[SPL]", "m[H2O]", "a", "''", "ar", "h", "min"),
    ],
)
def test_a_unit_is_recognised(code):
    assert check(code) is None


@pytest.mark.parametrize(
    ("code", "position"),
    [
        ("", 0),
        ("°C", 0),
        ("furlong", 0),
        ("m/", 2),
        ("kg m", 0),
        ("(m", 2),
        ("m)", 1),
        ("kmin", 0),
        ("M/s", 0),
        ("m..s", 2),
        ("{open", 0),
        ("(" * 30 + "m", 21),
    ],
)
def test_what_is_no_unit_is_told_with_its_place(code, position):
    fault = check(code)

    assert isinstance(fault, UcumFault)
    assert fault.position == position
