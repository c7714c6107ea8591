"""Discourse networks: who takes which position, who agrees with whom, and the list of statements behind it.

The model is that of discourse network analysis (Leifeld, Discourse Network Analysis, in: The Oxford Handbook of
Political Networks, 2017): an actor refers to a concept and agrees with it or not. Here the concept is an issue, and
positions take the place of agreement: two actors agree on an issue if they take the same position, and conflict if they
take different positions. The side of a position is the sign of its score. Duplicates, aggregations and normalizations
are those of ``dna_network`` in rDNA 3.
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
# First the columns, under the same names, that dna_network(networkType = "eventlist") in rDNA 3 returns for the default
# statement type of Discourse Network Analyzer; then further columns.
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
# How positions may be aggregated, the default first; for other projections the name determines it.
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
    """A value of a statement, such as a holder: the attribute, and the value as typed."""

    of: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The definition of a network and the selection of its statements.

    Attributes:
        projection: What the nodes are and what ties them.
        aggregation: How positions are combined in two-mode networks and networks of concepts; None means the default.
        duplicates: Which statements with the same content count once; None means the default of the projection.
        normalization: What weights are divided by.
        has_isolates: Whether to add nodes that have a statement in the database but none in the network.
        every: Calendar windows, or None.
        window: The length of windows that begin with the first statement or ``since``; None means one window.
        step: The distance between the beginnings of windows; None means the length of the window.
        since: Exclude statements before this day.
        until: Exclude statements after this day.
        holder_kinds: Only holders of these kinds; empty means all.
        only: Criteria; a statement must meet one of each kind that is given.
        excluded: Criteria; a statement must meet none of them.
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
        """Whether the network is divided into windows."""
        return self.every is not None or self.window is not None

    @property
    def aggregated(self) -> str:
        """How positions are combined, as requested or by default."""
        usual = AGGREGATIONS.get(self.projection, (self.projection,))[0]
        return self.aggregation or usual

    def check(self) -> None:
        """Reject combinations of options that have no meaning.

        Raises:
            NetworkWithoutMeaning: The combination has no meaning.
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
                f"--aggregation {self.aggregation} cannot be combined with --projection {self.projection};"
                f" {f'use {_either(allowed)}' if allowed else 'it is only for two-mode and concepts'}"
            ),
        )
        yield (
            is_list and (self.normalization != "no" or self.has_isolates or self.window is not None),
            "--normalization, --isolates and --window are only for networks; omit them with --projection events",
        )
        possible = NORMALIZATIONS[self.is_two_mode]
        yield (
            self.normalization not in possible,
            (
                f"--normalization {self.normalization} is only for {'one' if self.is_two_mode else 'two'}-mode"
                f" networks; with --projection {self.projection} use {_either(possible)}"
            ),
        )
        yield (
            self.aggregated == "combine" and self.normalization != "no",
            "--aggregation combine numbers combinations, which cannot be normalized; omit --normalization",
        )
        yield (
            self.every is not None and self.window is not None,
            "--every and --window both define windows; use only one of them",
        )
        yield (self.step is not None and self.window is None, "--step requires --window; add the length of the window")
        yield (
            self.step is not None and self.window is not None and self.step.unit != self.window.unit,
            "--step and --window have different units; give both in days or weeks, in months or years, or in events",
        )

    def parameters(self, session: Reading) -> dict[str, Any]:
        """Return the parameters of the queries.

        Raises:
            NoSuchThing: A criterion refers to something that does not exist; the nearest is suggested.
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
    """Return the nodes of each window followed by its edges, streamed from the server.

    Args:
        session: The session.
        network: The network to query.
        is_matrix: Whether nodes are ordered by name and edges by their first node, with edges between nodes of the
            same kind once in each direction.

    Raises:
        NoSuchThing: A criterion refers to something that does not exist.
    """
    return streamed(
        session,
        _about_counted("parts"),
        **network.parameters(session),
        is_matrix=is_matrix,
        is_mirrored=is_matrix and not network.is_two_mode,
    )


def actor_attributes(session: Reading) -> dict[int, dict[str, str]]:
    """Return the latest value of each attribute of the holders, by key of the holder and name of the attribute."""
    said: dict[int, dict[str, str]] = {}
    for row in session.execute(SQL["actor_attributes"]):
        said.setdefault(row.actor_key, {})[row.attribute] = row.value
    return said


def event_list(session: Reading, network: Network, *, is_safe: bool = False) -> Generator[str]:
    """Yield the lines of a CSV file with a row for each statement, holder and issue, in order of time.

    Args:
        session: The session.
        network: The selection of statements.
        is_safe: Whether cells that a spreadsheet would run as formulas get an apostrophe.

    Raises:
        NoSuchThing: A criterion refers to something that does not exist.
    """
    rows = streamed(session, _about_counted("events"), **network.parameters(session))
    yield csv_line(EVENT_COLUMNS)
    for row in rows:
        yield csv_line((row[column] for column in EVENT_COLUMNS), is_safe=is_safe)


def window_name(row: RowMapping, network: Network) -> str:
    """Return the name of the window of a node or an edge, which includes the year."""
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
    """Return the weight of an edge: an integer unless it is normalized."""
    value: float = row["weight"]
    return int(value) if network.normalization == "no" else value


def _about_counted(name: str) -> TextClause:
    return filled(SQL[name], counted=f"({SQL['counted'].text})")


# The fields by which statements can be selected, with the noun of their handles.
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
    """Return the value that a criterion is compared with: a key, or the text itself for fields without handles."""
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
