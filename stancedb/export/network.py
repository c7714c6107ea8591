"""Networks of discourse: who takes which position, who agrees with whom, and the list of statements behind it.

The unit is that of discourse network analysis (Leifeld, Discourse Network Analysis, in: The Oxford Handbook of
Political Networks, 2017): an actor refers to a concept and agrees or not. Here the concept is an issue, and positions
stand where agreement did, so that two actors agree on an issue when they take the same position and conflict when they
take two. The side of a position is the sign of its score. Duplicates, aggregations and normalizations are those of
``dna_network`` of rDNA 3.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from stancedb.database import Reading, streamed
from stancedb.errors import NetworkWithoutMeaning, NoSuchThing
from stancedb.export.writing import csv_line
from stancedb.shared.handles import holder_id, id_of, kept_issue
from stancedb.sql import Queries, filled

if TYPE_CHECKING:
    from sqlalchemy import RowMapping, TextClause

    from stancedb.dates import Every

Projection = Literal["affiliation", "two-mode", "congruence", "conflict", "subtract", "ignore", "concepts", "events"]
Aggregation = Literal["subtract", "ignore", "combine", "congruence", "conflict"]
Duplicates = Literal["include", "document", "week", "month", "year", "acrossrange", "window"]
Normalization = Literal["no", "average", "activity", "prominence", "jaccard", "cosine"]
Unit = Literal["day", "month", "event"]

SQL = Queries(__file__)
# First, name for name, the columns that dna_network(networkType = "eventlist") of rDNA 3 returns for statements of the
# type that Discourse Network Analyzer comes with; then what a list of positions has beside them.
EVENT_COLUMNS = (
    "statement_id",
    "time",
    "person",
    "organization",
    "concept",
    "agreement",
    "start_position",
    "stop_position",
    "text",
    "coder",
    "document_id",
    "document_title",
    "document_author",
    "document_source",
    "document_section",
    "document_type",
    "position",
    "rank",
    "score",
    "published",
    "window_start",
    "speaker_id",
    "speaker",
    "holder_id",
    "holder",
    "holder_kind",
    "issue_id",
    "outlet_id",
)
# How positions may be aggregated, the usual way first; of the other projections the name says it.
AGGREGATIONS: dict[str, tuple[Aggregation, ...]] = {
    "two-mode": ("subtract", "ignore", "combine"),
    "concepts": ("ignore", "congruence", "conflict", "subtract"),
}
NORMALIZATIONS: dict[bool, tuple[Normalization, ...]] = {
    True: ("no", "activity", "prominence"),
    False: ("no", "average", "jaccard", "cosine"),
}
_EVERY = {"month": 1, "quarter": 3, "year": 12}


class Length(NamedTuple):
    """The length of a window, or of the step to the next one."""

    size: int
    unit: Unit


class Criterion(NamedTuple):
    """A value that a statement has, such as a holder: what it is a value of, and the value as typed."""

    of: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What a network is made of, and from which statements.

    Attributes:
        projection: What the nodes are and what ties them.
        aggregation: What becomes of positions in two-mode networks and networks of concepts; None means the usual.
        duplicates: Which statements that say the same count once; None means the usual of the projection.
        normalization: What a weight is divided by.
        has_isolates: Whether what has a statement in the database, but none in the network, is a node.
        every: Windows of the calendar, or None.
        window: The length of windows that begin with the first statement, or with ``since``; None means one window.
        step: How far the next window begins after one; None means where that ends.
        since: Leave out what was said before this day.
        until: Leave out what was said after this day.
        holder_kinds: Only holders of these kinds; empty means all.
        only: Criteria; of each sort that is named, a statement meets one.
        excluded: Criteria of which a statement meets none.
    """

    projection: Projection = "affiliation"
    aggregation: Aggregation | None = None
    duplicates: Duplicates | None = None
    normalization: Normalization = "no"
    has_isolates: bool = False
    every: Every | None = None
    window: Length | None = None
    step: Length | None = None
    since: date | None = None
    until: date | None = None
    holder_kinds: tuple[str, ...] = ()
    only: tuple[Criterion, ...] = ()
    excluded: tuple[Criterion, ...] = ()

    @property
    def is_two_mode(self) -> bool:
        """Whether actors are tied to positions or issues, and not to each other."""
        return self.projection in {"affiliation", "two-mode"}

    @property
    def are_positions_apart(self) -> bool:
        """Whether each position is a node."""
        return self.projection == "affiliation"

    @property
    def is_cut(self) -> bool:
        """Whether it is cut into windows."""
        return self.every is not None or self.window is not None

    @property
    def aggregated(self) -> str:
        """What becomes of positions, whether it was asked for or is the usual."""
        usual = AGGREGATIONS.get(self.projection, (self.projection,))[0]
        return self.aggregation or usual

    def check(self) -> None:
        """Refuse what has no meaning together.

        Raises:
            NetworkWithoutMeaning: It has none.
        """
        for is_wrong, sentence in self._faults():
            if is_wrong:
                raise NetworkWithoutMeaning(fault=sentence)

    def _faults(self) -> Iterator[tuple[bool, str]]:
        is_list = self.projection == "events"
        allowed = AGGREGATIONS.get(self.projection, ())
        yield (
            self.aggregation is not None and self.aggregation not in allowed,
            (
                f"--aggregation {self.aggregation} does not go with --projection {self.projection};"
                f" {f'give {_either(allowed)}' if allowed else 'it is for two-mode and concepts'}"
            ),
        )
        yield (
            is_list and (self.normalization != "no" or self.has_isolates or self.window is not None),
            "--normalization, --isolates and --window are for networks; leave them out with --projection events",
        )
        possible = NORMALIZATIONS[self.is_two_mode]
        yield (
            self.normalization not in possible,
            (
                f"--normalization {self.normalization} is for {'one' if self.is_two_mode else 'two'}-mode networks;"
                f" with --projection {self.projection} give {_either(possible)}"
            ),
        )
        yield (
            self.aggregated == "combine" and self.normalization != "no",
            "--aggregation combine numbers combinations, which cannot be normalized; leave --normalization out",
        )
        yield (
            self.every is not None and self.window is not None,
            "--every and --window both say what a window is; give one of them",
        )
        yield (self.step is not None and self.window is None, "--step needs --window; give its length")
        yield (
            self.step is not None and self.window is not None and self.step.unit != self.window.unit,
            "--step and --window count different things; give both in days or weeks, months or years, or events",
        )

    def parameters(self, session: Reading) -> dict[str, Any]:
        """Return the parameters of the queries.

        Raises:
            NoSuchThing: A criterion names something that there is not; the nearest is offered.
        """
        one_mode = not self.is_two_mode and self.projection != "events"
        duplicates = self.duplicates or ("window" if one_mode else "include")
        window = Length(_EVERY[self.every], "month") if self.every else self.window
        step = self.step or window
        unit, length = ("all", 1) if window is None else (window.unit, window.size)
        is_blind = self.aggregated == "ignore"
        chosen: dict[str, object] = {}
        for prefix, criteria in (("only", self.only), ("not", self.excluded)):
            for of in CRITERIA:
                found = [_key(session, criterion) for criterion in criteria if criterion.of == of]
                chosen[f"{prefix}_{of}"] = found or None
        is_of_sections = bool(chosen["only_section"] or chosen["not_section"])
        return {
            **chosen,
            "projection": self.projection,
            "aggregation": self.aggregated,
            "duplicates": duplicates,
            "normalization": self.normalization,
            "is_blind": is_blind,
            "is_in_order": unit == "event" or (duplicates != "include" and (is_blind or self.projection == "events")),
            "is_two_mode": self.is_two_mode,
            "is_jaccard": self.normalization == "jaccard",
            "is_normalized": self.normalization != "no",
            "is_conflict": self.aggregated == "conflict" and self.normalization != "jaccard",
            "is_congruence": self.aggregated == "congruence",
            "is_of_sides": self.projection == "concepts" and self.aggregated != "ignore",
            "are_issues_tied": self.projection == "concepts",
            "are_actors_tied": one_mode and self.projection != "concepts",
            "are_positions_apart": self.are_positions_apart,
            "has_isolates": self.has_isolates,
            "every": self.every,
            "alignment": self.every or ("month" if window is not None and window.unit == "month" else None),
            "unit": unit,
            "length": length,
            "step": length if step is None else step.size,
            "is_overlapping": step != window,
            "since": self.since,
            "until": self.until,
            "holder_kinds": list(self.holder_kinds) or None,
            "is_of_articles": any(chosen[f"{prefix}_{of}"] for prefix in ("only", "not") for of in ("author", "kind")),
            "is_of_sections": is_of_sections,
        }


def parts(session: Reading, network: Network, *, is_matrix: bool = False) -> Iterator[RowMapping]:
    """Return the nodes of each window, and its edges after them, while the server still finds them.

    Args:
        session: The session.
        network: What is asked for.
        is_matrix: Whether nodes stand in the order of their names and edges in that of their first nodes, once in each
            direction where both ends are of one sort.

    Raises:
        NoSuchThing: A criterion names something that there is not.
    """
    return streamed(
        session,
        _about_counted("parts"),
        **network.parameters(session),
        is_matrix=is_matrix,
        is_mirrored=is_matrix and not network.is_two_mode,
    )


def actor_attributes(session: Reading) -> dict[int, dict[str, str]]:
    """Return the latest value of each attribute of the holders, by their keys, and by its name."""
    said: dict[int, dict[str, str]] = {}
    for row in session.execute(SQL["actor_attributes"]):
        said.setdefault(row.actor_key, {})[row.attribute] = row.value
    return said


def event_list(session: Reading, network: Network, *, is_safe: bool = False) -> Generator[str]:
    """Yield the lines of a CSV file with one statement of one holder on one issue a row, in the order of time.

    Args:
        session: The session.
        network: From which statements it is made.
        is_safe: Whether cells that a spreadsheet would run as formulas get an apostrophe.

    Raises:
        NoSuchThing: A criterion names something that there is not.
    """
    rows = streamed(session, _about_counted("events"), **network.parameters(session))
    yield csv_line(EVENT_COLUMNS)
    for row in rows:
        yield csv_line((row[column] for column in EVENT_COLUMNS), is_safe=is_safe)


def window_name(row: RowMapping, network: Network) -> str:
    """Name the window of a node or an edge, with its year."""
    start: date | None = row["window_start"]
    if start is None:
        return "all"
    if network.window is None:
        names = {"year": f"{start:%Y}", "quarter": f"{start:%Y}-Q{(start.month + 2) // 3}", "month": f"{start:%Y-%m}"}
        return f"w{names[network.every or 'month']}"
    if network.window.unit == "event":
        return f"e{row['window_number'] * (network.step or network.window).size + 1}"
    return f"w{start:%Y-%m}" if network.window.unit == "month" else f"w{start:%Y-%m-%d}"


def weight(row: RowMapping, network: Network) -> float:
    """Return the weight of an edge: a whole number unless it is normalized."""
    value: float = row["weight"]
    return int(value) if network.normalization == "no" else value


def _about_counted(name: str) -> TextClause:
    return filled(SQL[name], counted=f"({SQL['counted'].text})")


# What a statement can be chosen by, with the noun of its handles.
CRITERIA = {
    "holder": "actor",
    "speaker": "actor",
    "issue": "issue",
    "position": "position",
    "outlet": "outlet",
    "author": "author",
    "section": "section",
    "kind": "article_kind",
}


def _key(session: Reading, criterion: Criterion) -> Any:  # noqa: ANN401 - a key or a text, as the column has it
    """Return what a criterion is compared with: a key, or the text itself where things are known by no handle."""
    of, value = criterion
    if of in {"holder", "speaker"}:
        return holder_id(session, value)
    if of == "issue":
        return kept_issue(session, value)[0]
    if of == "outlet":
        return id_of(session, "outlet", value)
    if of in {"position", "kind"}:
        id_of(session, CRITERIA[of], value)
    else:
        known = session.execute(SQL[f"{of}s"]).scalars().all()
        if value not in known:
            raise NoSuchThing.of(of, value, known)
    return value


def _either(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
