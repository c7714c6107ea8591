"""Turn the statements of a file of Discourse Network Analyzer into lines of a coding sheet, with exact places."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, count

from stancedb.loading.dna.context import CONCEPT, ORGANIZATION, PERSON, Import
from stancedb.loading.dna.correcting import (
    BESIDE,
    FINAL,
    KEY,
    SUBMITTED,
    WITHDRAWN,
    Known,
    Sighting,
    Standing,
    Unit,
    add_majority_rule,
    bring_back,
    change_standings,
    known_codings,
    merged_issues,
    requires_review,
    settled_unit,
    withdraw_articles,
    withdraw_statements,
)
from stancedb.loading.dna.documents import Placed
from stancedb.loading.dna.judging import Actor, Judged, Judgements
from stancedb.loading.dna.text import FrozenText
from stancedb.loading.quotes import prefix_suffix
from stancedb.model.vocabulary import CoderKind
from stancedb.records.checking import Item
from stancedb.records.statement import StatementRecord
from stancedb.spans import Span

# The article, place, speaker and actor spoken for.
_Speech = tuple[str, int, int, str, str | None]


@dataclass(slots=True)
class _Line:
    """One line of the coding sheet: a statement of the file, for one holder."""

    judged: Judged
    statement: str
    speaker: str
    behalf: str | None
    unit: Unit | None
    position: str | None
    standing: Standing | None = None


@dataclass
class _Units:
    """Judgements in this file and in others, by unit.

    Attributes:
        told: The lines of this file, in order.
        known: The codings from earlier loads.
    """

    told: dict[Unit, list[_Line]] = field(default_factory=lambda: defaultdict(list))
    known: dict[Unit, list[Known]] = field(default_factory=lambda: defaultdict(list))


class Statements:
    """The sheet lines that the judgements of a file become, and the codings from earlier loads.

    Args:
        said: The import.
        judgements: The judgements of the coders.
        placed: The documents that become articles.
    """

    def __init__(self, said: Import, judgements: Judgements, placed: Mapping[int, Placed]) -> None:
        self._said = said
        self._judgements = judgements
        self._placed = placed
        self._known = known_codings(said.session, said.codebook)
        # The known statement of each judgement whose speaker and place have not changed.
        self._statement_of: dict[tuple[str, int | None, _Speech], str] = {
            (known.coder, known.key, (*known.place, known.speaker, known.behalf)): known.unit.statement
            for known in self._known
        }
        self._coded = {(known.unit, known.coder) for known in self._known}
        self._merged = merged_issues(said.session, f"{said.name}/")
        self._lines: dict[int, list[_Line]] = {}
        self._gone = 0

    def sightings(self) -> Iterator[Sighting]:
        """Yield the actors and the concept that each statement loaded before and in force has in the file now."""
        now = {
            (judged.coder, judged.key): (self._placed[document].slug, judged)
            for document, all_judged in self._judgements.of.items()
            for judged in all_judged
        }
        for known in self._known:
            if not known.is_live:
                continue
            article, judged = now.get((known.coder, known.key or 0), (None, None))
            if judged is None or known.place != (article, judged.span.start, judged.span.end):
                judged = None
            named = ((known.speaker, judged and judged.speaker), (known.behalf, judged and judged.behalf))
            for slug, actor in named:
                if slug is not None:
                    for role in (PERSON, ORGANIZATION):
                        yield Sighting(role, slug, actor[1] if actor and actor[0] == role else None)
            yield Sighting(CONCEPT, known.unit.issue, judged.concept if judged else None)

    def settle(self, actors: Mapping[Actor, str], issues: Mapping[str, str]) -> int:
        """Build the lines of the sheet, and adjust the standing of earlier codings to them.

        Args:
            actors: The slugs of persons and organizations.
            issues: The slugs of concepts.

        Returns:
            The number of existing codings and statements that were changed.

        Raises:
            UnreadableInput: Another file from the same coder was loaded before, and this file differs.
        """
        units = _Units()
        for document, all_judged in self._judgements.of.items():
            self._lines[document] = list(self._lines_of(self._placed[document], all_judged, actors, issues))
            for line in self._lines[document]:
                if line.unit is not None:
                    units.told[line.unit].append(line)
        for known in self._known:
            units.known[known.unit].append(known)
        self._refuse_other_files(units)
        changed = self._withdraw(units)
        changed |= self._settle_units(units, changed)
        self._compare(units)
        self._note_days()
        return self._put_right(changed)

    def _put_right(self, changed: Mapping[int, Standing]) -> int:
        """Set the standing of existing codings, retract or restore statements and articles; return how many rows."""
        session, reason = self._said.session, f"no longer in {self._said.origin}"
        statements = {line.statement for lines in self._lines.values() for line in lines}
        articles = {placed.slug for placed in self._placed.values()}
        left = {known.unit.statement for known in self._known if changed.get(known.id) == WITHDRAWN} - statements
        back = {known.unit.statement for known in self._known if known.is_retracted} & statements
        rows = bring_back(session, "article", articles) + bring_back(session, "statement", back)
        rows += change_standings(session, changed)
        rows += withdraw_statements(session, sorted(left), reason=reason)
        # If another file has the same name, articles without codings could be in either file.
        if self._said.choices.replace and not self._has_other_files():
            rows += withdraw_articles(session, articles, name=self._said.name, reason=reason)
        if self._said.choices.majority_rule:
            rows += add_majority_rule(session)
        return rows

    def _has_other_files(self) -> bool:
        return any(known.file not in {None, self._said.origin} for known in self._known)

    def _note_days(self) -> None:
        """Note on how many days an organization takes several positions; the last one counts."""
        positions: dict[tuple[str, str, str | None], set[str]] = defaultdict(set)
        for document, lines in self._lines.items():
            for line in lines:
                if line.unit and line.position and line.unit.holder in {line.behalf, self._organization_of(line)}:
                    positions[line.unit.holder, line.unit.issue, self._placed[document].day].add(line.position)
        if several := sum(len(said) > 1 for said in positions.values()):
            self._said.notes[
                f"Of {len(positions)} days on which an organization speaks on a concept, those with several answers:"
                " the last counts, or that of most under the rule that --majority-rule adds"
            ] = several

    def _organization_of(self, line: _Line) -> str | None:
        return line.speaker if line.judged.speaker[0] == ORGANIZATION else None

    def _lines_of(
        self,
        placed: Placed,
        all_judged: Iterable[Judged],
        actors: Mapping[Actor, str],
        issues: Mapping[str, str],
    ) -> Iterator[_Line]:
        """Yield the lines of one document; what one speaker says at one place is one statement, whoever coded it."""
        speeches: dict[tuple[Span, str, str | None], list[Judged]] = defaultdict(list)
        for judged in all_judged:
            behalf = actors[judged.behalf] if judged.behalf else None
            speeches[judged.span, actors[judged.speaker], behalf].append(judged)
        for (span, speaker, behalf), said in speeches.items():
            for judged, statement in self._statements_of((placed.slug, *_ends(span), speaker, behalf), said):
                issue = issues[judged.concept] if judged.concept else None
                for holder in self._holders(speaker, behalf):
                    unit, position = self._unit(judged, Unit(statement, holder, issue)) if issue else (None, None)
                    yield _Line(judged, statement, speaker, behalf, unit, position)

    def _statements_of(self, speech: _Speech, said: Sequence[Judged]) -> Iterator[tuple[Judged, str]]:
        """Yield each judgement of what one speaker says at one place, with the slug of its statement.

        There is one statement, unless a coder gives two judgements on one concept there. Unless the file replaces
        earlier codings, a known judgement keeps its statement, so that it does not take over the statement of a
        judgement that is gone from the file.
        """
        taken: set[tuple[str, str, str | None]] = set()
        chosen: dict[int, str] = {}
        for judged in said:
            known = (judged.coder, judged.key, speech)
            slug = None if self._said.choices.replace else self._statement_of.get(known)
            if slug is not None and (slug, judged.coder, judged.concept) not in taken:
                chosen[judged.key] = slug
                taken.add((slug, judged.coder, judged.concept))
        for judged in said:
            if judged.key not in chosen:
                slugs = (self._slug(speech, number) for number in count())
                free = (slug for slug in slugs if (slug, judged.coder, judged.concept) not in taken)
                chosen[judged.key] = next(free)
                taken.add((chosen[judged.key], judged.coder, judged.concept))
        for judged in said:
            yield judged, chosen[judged.key]

    def _slug(self, speech: _Speech, number: int) -> str:
        words = "\x1f".join(map(str, (*speech, number)))
        return f"{self._said.name}/st-{hashlib.sha256(words.encode()).hexdigest()[:12]}"

    def _unit(self, judged: Judged, unit: Unit) -> tuple[Unit, str | None]:
        """Return the unit and the position: a new judgement on a merged issue is moved to the target of the merge."""
        into = self._merged.get(unit.issue)
        if into is None or (unit, judged.coder) in self._coded:
            return unit, judged.position
        issue, positions = into
        if judged.position is not None and judged.position not in positions:
            return unit, judged.position
        return replace(unit, issue=issue), positions[judged.position] if judged.position else None

    def _holders(self, speaker: str, behalf: str | None) -> list[str]:
        if behalf is None:
            return [speaker]
        return {"organization": [behalf], "person": [speaker], "both": [behalf, speaker]}[self._said.choices.holder]

    def _refuse_other_files(self, units: _Units) -> None:
        """Reject a file that would overwrite codings from another file of the same coder."""
        if self._said.choices.replace:
            return
        places = {
            (line.judged.coder, line.judged.key): (self._placed[document].slug, *_ends(line.judged.span))
            for document, lines in self._lines.items()
            for line in lines
        }
        told = {(unit, line.judged.coder): line for unit, lines in units.told.items() for line in lines}
        coders = {coder for coder, _ in places} - self._judgements.named
        for coder in sorted(coders):
            before = [known for known in self._known if known.coder == coder and known.is_live and known.file]
            other = [known for known in before if known.file != self._said.origin]
            differing = sum(
                (line := told.get((known.unit, coder))) is None or line.position != known.position for known in other
            )
            same = [known for known in before if (coder, known.key) in places]
            moved = sum(places[coder, known.key or 0] != known.place for known in same)
            if differing or (moved > 1 and 2 * moved > len(same)):
                raise self._said.fault(
                    "other_file_of_coder",
                    coder=coder,
                    before=other[0].file if other else self._said.origin,
                    differing=differing or moved,
                )

    def _withdraw(self, units: _Units) -> dict[int, Standing]:
        """Return the codings to withdraw, because the file no longer has them.

        If a statement was corrected in the file, its former coding is withdrawn; if it is gone, its coding is withdrawn
        only if the file replaces earlier codings. A coding that a user decided on stays, and the corrected statement in
        the file is skipped.
        """
        told = {(unit, line.judged.coder) for unit, lines in units.told.items() for line in lines}
        keys = {(line.judged.coder, line.judged.key) for lines in self._lines.values() for line in lines}
        coders = {coder for coder, _ in keys}
        withdrawn: dict[int, Standing] = {}
        kept: set[tuple[str, int]] = set()
        notes = self._said.notes
        for known in self._known:
            is_ours = known.coder in coders or known.file == self._said.origin
            if not is_ours or not known.is_live or (known.unit, known.coder) in told:
                continue
            is_corrected = known.key is not None and (known.coder, known.key) in keys
            if not is_corrected and not self._said.choices.replace:
                self._gone += 1
            elif known.is_by_hand:
                notes["Codings that a user decided on, kept although the file differs"] += 1
                if is_corrected and known.key is not None:
                    kept.add((known.coder, known.key))
            else:
                withdrawn[known.id] = WITHDRAWN
                what = "corrected" if is_corrected else "gone"
                notes[f"Codings rejected because the statements of the file are {what}"] += 1
        if kept:
            self._leave_out(units, kept)
        return withdrawn

    def _leave_out(self, units: _Units, kept: set[tuple[str, int]]) -> None:
        """Skip the lines of statements that a user decided on."""
        for document, lines in self._lines.items():
            self._lines[document] = [line for line in lines if (line.judged.coder, line.judged.key) not in kept]
        for unit, lines in units.told.items():
            units.told[unit] = [line for line in lines if (line.judged.coder, line.judged.key) not in kept]

    def _settle_units(self, units: _Units, withdrawn: Mapping[int, Standing]) -> dict[int, Standing]:
        """Set the standing of new lines if it is not the default, and return the new standing of existing codings."""
        is_reviewed = requires_review(self._said.session)
        # The default standing of a line.
        usual = SUBMITTED if is_reviewed else FINAL
        changed: dict[int, Standing] = {}
        for unit in {**units.told, **{known.unit: [] for known in self._known if known.id in withdrawn}}:
            lines = units.told.get(unit, [])
            here = {known.coder: known for known in units.known[unit] if known.id not in withdrawn}
            coders = {line.judged.coder: line for line in lines}
            if any(known.is_by_hand for known in here.values()):
                final = next((known.position for known in here.values() if known.standing.is_final), None)
                for coder, line in coders.items():
                    if coder not in here and line.position is not None:
                        line.standing = BESIDE if final == line.position else SUBMITTED
                continue
            others = [known for coder, known in here.items() if known.is_live and coder not in coders]
            told = {known.coder: known.position for known in others}
            told |= {coder: line.position for coder, line in coders.items()}
            first = [coder for coder, line in coders.items() if line.position is not None]
            for coder, standing in settled_unit(told, first, others, is_reviewed=is_reviewed).items():
                if coder in here and (is_reviewed or here[coder].standing == standing):
                    continue
                if coder in here:
                    changed[here[coder].id] = standing
                elif standing != usual:
                    coders[coder].standing = standing
        return changed

    def _compare(self, units: _Units) -> None:
        """Count agreements and differences for each pair of coders."""
        for unit, lines in units.told.items():
            here = {line.judged.coder for line in lines}
            positions = {
                known.coder: known.position
                for known in units.known[unit]
                if known.is_live and known.coder not in here and known.position is not None
            }
            positions |= {line.judged.coder: line.position for line in lines if line.position}
            for one, other in combinations(sorted(positions), 2):
                about = f"{unit.statement} on {unit.issue}"
                self._said.account.compare(one, other, about, positions[one] or "", positions[other] or "")
            if len(set(positions.values())) > 1:
                self._said.notes["Codings that differ between coders; none counts until one is made final"] += len(
                    positions
                )

    def records(self) -> Iterator[Item[StatementRecord]]:
        """Yield one record for each coding, and for each statement without a coding."""
        for document in self._said.file.documents():
            lines = self._lines.get(document.id)
            if lines:
                frozen, placed = FrozenText(document.text), self._placed[document.id]
                for line in lines:
                    yield self._record(line, frozen, placed)

    def _record(self, line: _Line, frozen: FrozenText, placed: Placed) -> Item[StatementRecord]:
        judged = line.judged
        prefix, suffix = prefix_suffix(frozen.body, judged.span)
        values: dict[str, object] = {
            "statement": line.statement,
            "speaker": line.speaker,
            "on_behalf_of": line.behalf,
            "said": placed.day,
            "article": placed.slug,
            "quote": frozen.body[judged.span.start : judged.span.end],
            "prefix": prefix,
            "suffix": suffix,
            "rendering": str(self._said.choices.rendering),
            "authority": self._said.choices.authority,
        }
        if line.unit is not None:
            values |= {
                "holder": line.unit.holder,
                "issue": line.unit.issue,
                "position": line.position,
                "coder": judged.coder,
                "coder_kind": str(CoderKind.HUMAN),
                "attributes": [
                    f"{KEY}:{self._said.origin}#{judged.key}",
                    *(f"{key}:{said}" for key, said in judged.attributes.items()),
                ],
            }
        if line.standing is not None:
            values |= {"status": str(line.standing.status), "final": line.standing.is_final}
        return self._said.record(
            StatementRecord,
            f"statement {judged.key}",
            values,
            span=_ends(judged.span),
            made_under=self._said.codebook,
        )

    def count_rest(self) -> None:
        """Count the coders, and the codings from earlier loads that are no longer in the file."""
        self._judgements.count_coders()
        if self._gone:
            self._said.notes["Codings of an earlier load that are no longer in the file, kept"] = self._gone


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end
