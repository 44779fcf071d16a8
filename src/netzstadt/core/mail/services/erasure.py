"""Removing what mail knows of a person."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from netzstadt.core.mail import queries
from netzstadt.core.orgs.queries import persons
from netzstadt.lib.mentions import pattern_of

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_EMPTY_MENTIONS = """
update mail_outgoingmail
   set subject = left(regexp_replace(subject, %(who)s, %(nobody)s, 'gi'), 200),
       text = regexp_replace(text, %(who)s, %(nobody)s, 'gi'),
       html = regexp_replace(html, %(who)s, %(nobody)s, 'gi'),
       answer = regexp_replace(answer, %(who)s, %(nobody)s, 'gi')
 where concat_ws(E'\\n', subject, text, html, answer) ~* %(who)s
"""


@transaction.atomic
def erase_person(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Remove every mail to this person, also those to her address from before she had an account;
    mail to others keeps its words, but not her name and address.
    """
    removed, _each = queries.mail_to(person).delete()
    who = pattern_of(person.name, *queries.addresses_of(person))
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY_MENTIONS, {"who": who, "nobody": persons.erased_name()})
        mentions = cursor.rowcount
    return {"mail": removed, "mentions": mentions}
