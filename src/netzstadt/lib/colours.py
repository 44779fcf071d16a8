"""Colours and how well they are told apart, as WCAG 2.2 computes it."""

import re
from dataclasses import dataclass

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
# What text must reach (WCAG 2.2, 1.4.3, level AA).
ENOUGH_FOR_TEXT = 4.5
_HEX = re.compile(r"#[0-9a-f]{6}")


def read_colour(text: str) -> Colour:
    """Read ``#rrggbb``. Raises ValueError for anything else."""
    lowered = text.strip().lower()
    if not _HEX.fullmatch(lowered):
        raise ValueError(f"{text!r} is no colour of the form #rrggbb.")
    return (int(lowered[1:3], 16), int(lowered[3:5], 16), int(lowered[5:7], 16))


def as_hex(colour: Colour) -> str:
    """The colour as style sheets write it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 for black to 1 for white (WCAG 2.2, definition)."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21, whichever is lighter (WCAG 2.2, definition)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def over(colour: Colour, share: float, ground: Colour) -> Colour:
    """``colour`` laid over ``ground`` with an opacity of ``share``."""
    red, green, blue = (
        round(top * share + below * (1 - share)) for top, below in zip(colour, ground, strict=True)
    )
    return (red, green, blue)


@dataclass(frozen=True, slots=True)
class Accent:
    """A city's colour for links and buttons in the light theme and in the dark one."""

    light: Colour
    dark: Colour

    # The grounds that text in the accent stands on: KERN's hued surface, neutral-025 and
    # neutral-950, under the tint of the place one is at.
    LIGHT_SURFACE = (243, 244, 246)
    DARK_SURFACE = (20, 22, 34)
    TINT = 0.09

    @classmethod
    def of(cls, light: Colour) -> "Accent":
        """The accent with its dark counterpart: lightened until it can be read on dark."""
        dark = light
        for step in range(101):
            dark = over(WHITE, step / 100, light)
            if contrast(dark, over(dark, cls.TINT, cls.DARK_SURFACE)) >= ENOUGH_FOR_TEXT:
                break
        return cls(light=light, dark=dark)

    @property
    def ratio(self) -> float:
        """The least contrast in the light theme: text in the accent on the tinted surface.

        White text on the accent always has more.
        """
        return contrast(self.light, over(self.light, self.TINT, self.LIGHT_SURFACE))

    @property
    def is_readable(self) -> bool:
        """Whether the accent may be used: WCAG AA in every place that it appears in."""
        return self.ratio >= ENOUGH_FOR_TEXT
