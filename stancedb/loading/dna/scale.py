"""Map the values of the agreement variable to the positions of the issues that concepts become."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stancedb.errors import AgreementScaleUnreadable
from stancedb.records.base import SLUG_PATTERN

_RANGE = re.compile(r"(-?[0-9]{1,3})\.\.(-?[0-9]{1,3})")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
# A longer scale is a measurement, whose values a codebook does not define one by one.
_SHORTEST, _LONGEST = 2, 21
_YES_AND_NO = {"0": "oppose", "no": "oppose", "false": "oppose", "1": "support", "yes": "support", "true": "support"}


@dataclass(frozen=True, slots=True)
class Scale:
    """The positions that agreement values are mapped to.

    Attributes:
        positions: The slug, label, definition, rank and score of each position, from opposition to support.
        answers: The slugs of positions by the value of the variable, in lower case.
    """

    positions: tuple[Mapping[str, object], ...]
    answers: Mapping[str, str]

    @classmethod
    def of_yes_and_no(cls) -> Scale:
        """Return the scale for yes-or-no agreement."""
        oppose = _position("oppose", "oppose", "Coded as disagreement with it.", 1, -1)
        support = _position("support", "support", "Coded as agreement with it.", 2, 1)
        return cls((oppose, support), _YES_AND_NO)

    @classmethod
    def parse(cls, text: str) -> Scale:
        """Parse the value of ``--agreement-scale``: a range such as 1..5, or values with their positions.

        Both run from opposition to support; a list that names both may run the other way. Scores run from -1 to 1, in
        proportion to the values if all are numbers, or else in equal steps.

        Raises:
            AgreementScaleUnreadable: The value is neither, or the direction is unclear.
        """
        if found := _RANGE.fullmatch(text.strip()):
            first, last = int(found[1]), int(found[2])
            step = 1 if first < last else -1
            values = [str(value) for value in range(first, last + step, step)]
            slugs = [f"level-{value.replace('-', 'minus-')}" for value in values]
            labels = [f"{value} of {first} to {last}" for value in values]
        else:
            values, slugs = _pairs(text)
            labels = slugs
            if dict(zip(values, slugs, strict=True)) == {"0": "oppose", "1": "support"}:
                return cls.of_yes_and_no()
        if not _SHORTEST <= len(values) <= _LONGEST:
            reason = f"it has {len(values)} positions, but {_SHORTEST} to {_LONGEST} are allowed"
            raise AgreementScaleUnreadable(reason=reason)
        for listed in (values, slugs):
            if again := next((one for number, one in enumerate(listed) if one in listed[:number]), None):
                raise AgreementScaleUnreadable(reason=f"'{again}' appears twice")
        if {"support", "oppose"} <= set(slugs) and slugs.index("support") < slugs.index("oppose"):
            values, slugs, labels = values[::-1], slugs[::-1], labels[::-1]
        scores = _scores(values)
        positions = tuple(
            _position(slug, label, f"Coded as {value}.", rank, score)
            for rank, (value, slug, label, score) in enumerate(zip(values, slugs, labels, scores, strict=True), start=1)
        )
        return cls(positions, dict(zip(values, slugs, strict=True)))

    def position_of(self, value: str) -> str | None:
        """Return the slug of the position for a value, or None if it has none."""
        return self.answers.get(value.strip().casefold())


def _position(slug: str, label: str, definition: str, rank: int, score: float) -> Mapping[str, object]:
    return {"slug": slug, "label": label, "definition": definition, "rank": rank, "score": score}


def _pairs(text: str) -> tuple[list[str], list[str]]:
    """Return the values and slugs in a list such as ``-1=oppose,0=neutral,1=support``."""
    values, slugs = [], []
    for pair in text.split(","):
        value, equals, slug = (part.strip() for part in pair.partition("="))
        if not equals or not value or not re.fullmatch(SLUG_PATTERN, slug):
            raise AgreementScaleUnreadable(reason=f"'{pair.strip()}' is not written as VALUE=POSITION")
        values.append(value.casefold())
        slugs.append(slug)
    return values, slugs


def _scores(values: Sequence[str]) -> list[float]:
    """Return a score from -1 to 1 for each value.

    Raises:
        AgreementScaleUnreadable: The values are numbers that neither strictly rise nor strictly fall.
    """
    last = len(values) - 1
    if not all(_NUMBER.fullmatch(value) for value in values):
        return [2 * place / last - 1 for place in range(len(values))]
    numbers = [float(value) for value in values]
    rising = sorted(numbers)
    if numbers not in (rising, rising[::-1]):
        raise AgreementScaleUnreadable(reason="its numbers are not in order")
    return [round(2 * (number - numbers[0]) / (numbers[-1] - numbers[0]) - 1, 4) for number in numbers]
