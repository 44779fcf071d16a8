"""The style sheet that puts the city's accent over KERN's action colour, in both themes."""

from netzstadt.lib.colours import BLACK, WHITE, Accent, Colour, as_hex


def style_sheet(accent: Accent) -> str:
    """The rules of the whole house. They stand before those of print, which go on paper.

    States such as hover are derived from the action colour by KERN itself.
    """
    light = _variables(accent.light, WHITE)
    dark = _variables(accent.dark, BLACK)
    return (
        f":root, [data-kern-theme=light] {{ {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-kern-theme]) {{ {dark} }} }}\n"
        f"[data-kern-theme=dark] {{ {dark} }}\n"
    )


def sample_sheet(accent: Accent) -> str:
    """The rules of the sample on the page of the look: both themes side by side."""
    return "".join(
        f".ns-look-sample--{name} {{ background: {as_hex(ground)}; color: {as_hex(colour)}; }}\n"
        f".ns-look-sample--{name} .ns-look-sample__button"
        f" {{ background: {as_hex(colour)}; color: {as_hex(on)}; }}\n"
        for name, ground, colour, on in (
            ("light", WHITE, accent.light, WHITE),
            ("dark", BLACK, accent.dark, BLACK),
        )
    )


def _variables(colour: Colour, on_colour: Colour) -> str:
    return (
        f"--kern-color-action-default: {as_hex(colour)};"
        f" --kern-color-action-on-default: {as_hex(on_colour)};"
    )
