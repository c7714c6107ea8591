"""The list of mutants stays valid: each can still be made and has its own name."""

from __future__ import annotations

from collections import Counter

from tests.mutants.changes import mutants


def test_every_mutant_can_be_made_and_has_a_unique_name() -> None:
    listed = mutants()
    named = Counter((mutant.area, mutant.name) for mutant in listed)
    changed = Counter((mutant.file, mutant.old, mutant.new) for mutant in listed)

    faults = [f"{mutant.area}: {mutant.name}: {fault}" for mutant in listed if (fault := mutant.fault())]

    assert faults == []
    assert [name for name, count in named.items() if count > 1] == []
    assert [change for change, count in changed.items() if count > 1] == []


def test_a_few_of_different_areas_are_quick() -> None:
    quick = [mutant.area for mutant in mutants() if mutant.is_quick]

    assert 4 <= len(set(quick)) == len(quick) <= 8
