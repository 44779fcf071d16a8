"""Comments on an edition in consultation: taken in, looked at, answered."""

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.city.services.feedback import count_try
from netzstadt.strategy.events import (
    CommentAnswered,
    CommentEmptied,
    CommentJudged,
    CommentWritten,
)
from netzstadt.strategy.models import EMPTY, Comment, CommentState, Edition, EditionState
from netzstadt.strategy.services.refusals import StrategyRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# Of one sender: somebody who comments goal by goal writes many.
MOST_AN_HOUR = 20
# So many of an edition may wait for the office; who floods it from many addresses is stopped here.
MOST_WAITING = 2000


@transaction.atomic
def write_comment(
    *,
    edition: Edition,
    element_id: uuid.UUID | None,
    text: str,
    today: date,
    by: "Person | None",
    at: datetime,
    name: str = "",
    client: str = "",
) -> Comment:
    """Take in a comment; of somebody with an account it is shown at once.

    ``client`` is where a comment without an account comes from. How many one sender may write in
    an hour is limited.

    Raises StrategyRefused if the consultation does not run today or the element is not in the
    edition, TooManyMessages beyond the limit.
    """
    sender = str(by.pk) if by else client
    count_try(sender, at=at, purpose="strategy comment", most=MOST_AN_HOUR)
    current = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if not takes_comments(current, today):
        raise StrategyRefused(_("This edition is not open to comments today."))
    waiting = Comment.objects.filter(edition=current, state=CommentState.WAITING)
    if by is None and waiting.count() >= MOST_WAITING:
        raise StrategyRefused(
            _("So many comments wait to be looked at that no more are taken at the moment.")
        )
    last = Comment.objects.filter(edition=current).aggregate(last=Max("number"))["last"] or 0
    with refused():
        comment = Comment.objects.create(
            edition=current,
            element_id=element_id,
            number=last + 1,
            text=text.strip(),
            name="" if by else name.strip(),
            author=by,
            written_at=at,
            state=CommentState.SHOWN if by else CommentState.WAITING,
        )
    audit.record(
        CommentWritten(object_id=comment.pk, number=comment.number, edition=current.number), by=by
    )
    return comment


def takes_comments(edition: Edition, today: date) -> bool:
    """Whether comments can be written on a day."""
    first, last = edition.consulted_from, edition.consulted_until
    return (
        edition.state == EditionState.CONSULTED
        and first is not None
        and last is not None
        and first <= today <= last
    )


@transaction.atomic
def judge_comment(
    *, comment: Comment, is_shown: bool, because: str, by: "Person", at: datetime
) -> None:
    """Show a comment to others or not; who hides one says why.

    Raises StrategyRefused if no reason is given.
    """
    current = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    state = CommentState.SHOWN if is_shown else CommentState.HIDDEN
    because = "" if is_shown else because.strip()
    if not is_shown and not because:
        raise StrategyRefused(_("Say why the comment is not shown."))
    if (current.state, current.hidden_because) == (state, because):
        return
    current.state, current.hidden_because = state, because
    current.save(update_fields=["state", "hidden_because"])
    audit.record(CommentJudged(object_id=current.pk, comment_state=state.value), by=by)


@transaction.atomic
def empty_comment(*, comment: Comment, by: "Person", at: datetime) -> None:
    """Remove for good what a hidden comment says and who said it (Art. 17 GDPR).

    Raises StrategyRefused if it is not hidden.
    """
    current = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if current.state != CommentState.HIDDEN:
        raise StrategyRefused(_("Say first why the comment is not shown."))
    if current.is_emptied:
        return
    current.text, current.name, current.author = EMPTY, "", None
    current.save(update_fields=["text", "name", "author"])
    audit.record(CommentEmptied(object_id=current.pk), by=by)


@transaction.atomic
def answer_comment(
    *, comment: Comment, outcome: str, answer: str, by: "Person", at: datetime
) -> None:
    """Say what became of a comment; a later answer takes the place of an earlier one.

    Raises StrategyRefused if it was not looked at yet.
    """
    current = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if current.state == CommentState.WAITING:
        raise StrategyRefused(_("Say first whether the comment is shown."))
    answer = answer.strip()
    if (current.outcome, current.answer) == (outcome, answer):
        return
    current.outcome, current.answer, current.answered_at = outcome, answer, at
    with refused():
        current.save(update_fields=["outcome", "answer", "answered_at"])
    audit.record(CommentAnswered(object_id=current.pk, outcome=outcome), by=by)
