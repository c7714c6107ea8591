"""An expected failure has the fields of its state, wherever it was raised."""

from __future__ import annotations

import pickle

from stancedb.errors import RankTaken, UnreadableInput
from stancedb.refusals import Fault


def test_a_state_has_its_fields_and_its_sentence() -> None:
    failure = RankTaken(issue="dam", rank=3, position="support")

    assert (failure.issue, failure.rank, failure.position) == ("dam", 3, "support")
    assert str(failure) == "Rank 3 of 'dam' is taken by 'support'. Choose another with --rank."


def test_a_state_keeps_them_on_its_way_from_another_process() -> None:
    failure = pickle.loads(pickle.dumps(UnreadableInput.of("a.txt", Fault("is_a_folder", {}))))  # noqa: S301 - made here

    assert (failure.source, failure.fault.code) == ("a.txt", "is_a_folder")
    assert str(failure) == "a.txt: This is a folder. Name the files in it."
