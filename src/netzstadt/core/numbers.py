"""Numbers as people of the present language write them."""

import math
from decimal import ROUND_HALF_UP, Context, Decimal

from django.utils.formats import number_format

# A float has at most 309 digits before the point.
_EXACT = Context(prec=400)


def written(value: float, digits: int = 0) -> str:
    """A number with so many digits after the point, rounded half up, its thousands grouped.

    Django's ``number_format`` cuts off what is beyond the digits.
    """
    if not math.isfinite(value):
        return str(value)
    step = Decimal(1).scaleb(-max(digits, 0))
    rounded = Decimal(repr(float(value))).quantize(step, ROUND_HALF_UP, _EXACT)
    # Nothing is written as "-0".
    return number_format(rounded or abs(rounded), max(digits, 0), True, True)
