"""Which columns of this room's own tables say something about a person.

What is searched is a copy: it goes and changes with the object it is of, words that no entry has
any more included. What people search for is stored nowhere.
"""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

FIELDS = {
    "search_searchentry": fields(
        personal="object_id title words names url title_key parts vector",
        other="model visibility unit_id changed_at digest indexed_at",
        kept=_("as long as the object itself; a copy of what its room says of it"),
    ),
    "search_searchword": fields(
        personal="word",
        kept=_("as long as an entry has the word; names of persons are words, too"),
    ),
    "search_searchwaiting": fields(
        personal="object_id",
        other="id model since",
        kept=_("until the worker has looked at the object, seconds"),
    ),
}
