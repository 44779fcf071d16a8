"""The city's logo as somebody hands it in: checked, cleaned, limited."""

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from netzstadt.core.city.models import LARGEST_LOGO
from netzstadt.core.refusal import Refusal
from netzstadt.lib.pictures import PictureRefused, read_picture
from netzstadt.lib.svg import SvgRefused, clean_svg

MOST_PIXELS = 2000


class LogoRefused(Refusal):
    """The file cannot be the logo; the message says why."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo that may be shown: its bytes, its type and a digest for its address."""

    content: bytes
    media_type: str
    digest: str


def read_logo(content: bytes) -> Logo:
    """The logo in a file: SVG without scripts and foreign addresses, PNG or WebP without notes.

    What the file is called, and what its sender says it is, does not count.

    Raises LogoRefused if it is too large or none of these.
    """
    if len(content) > LARGEST_LOGO:
        raise LogoRefused(
            _("The logo has %(size)s KiB; at most %(limit)s are taken.")
            % {"size": -(-len(content) // 1024), "limit": LARGEST_LOGO // 1024}
        )
    try:
        if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            cleaned, media_type = clean_svg(content), "image/svg+xml"
        else:
            picture = read_picture(content)
            cleaned, media_type = picture.content, picture.media_type
            if max(picture.width, picture.height) > MOST_PIXELS:
                raise LogoRefused(
                    _(
                        "The logo is %(width)s × %(height)s pixels large; at most %(limit)s are"
                        " taken."
                    )
                    % {"width": picture.width, "height": picture.height, "limit": MOST_PIXELS}
                )
    except (SvgRefused, PictureRefused) as error:
        raise LogoRefused(
            _("The logo must be an SVG, PNG or WebP file that is whole (%(why)s).")
            % {"why": str(error)}
        ) from error
    return Logo(cleaned, media_type, hashlib.sha256(cleaned).hexdigest()[:16])
