"""What a mail says: rendered from a room's text template, and the same as simple HTML."""

from collections.abc import Mapping
from typing import Any

from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils.functional import Promise
from django.utils.translation import override


def written(
    *, subject: str | Promise, template: str, context: Mapping[str, Any], language: str
) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail in ``language``.

    ``template`` names a plain text, ``room/mail/invitation`` for
    ``templates/room/mail/invitation.txt``. Nothing is escaped in it, for it is no HTML; the HTML
    part is made of the finished text, in which addresses become links.
    """
    with override(language):
        plain = get_template(f"{template}.txt").template  # type: ignore[attr-defined]
        text = plain.render(Context(dict(context), autoescape=False)).strip() + "\n"
        title = str(subject)
        return title, text, as_html(title, text, language)


def as_html(subject: str, text: str, language: str) -> str:
    """The text as an accessible page: a title, its language, paragraphs, links; no pictures."""
    with override(language):
        return render_to_string(
            "mail/message.html", {"subject": subject, "text": text, "language": language}
        )
