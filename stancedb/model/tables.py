"""All tables; importing this module defines the whole mapping."""

from sqlalchemy import Table

from stancedb.model.access import ChangesetLogin, Login, Setting, Settling
from stancedb.model.actor import (
    Actor,
    ActorAttribute,
    ActorIdentifier,
    ActorName,
    ActorRelation,
    IdentifierScheme,
    Tenure,
)
from stancedb.model.base import HISTORY_SCHEMA, SCHEMA, Base, Curated, history_of
from stancedb.model.codebook import CodebookVersion, Issue, IssueCode, Position
from stancedb.model.coding import Coder, Coding, CodingAttribute, CodingReview
from stancedb.model.derived import DerivationRule, Evidence, Pair, Scale, Stance, StanceChange, Succession, Touched
from stancedb.model.event import CausalLink, Event, EventKind, EventParticipant, Indicator, IndicatorObservation
from stancedb.model.provenance import (
    Article,
    ArticleDuplicate,
    ArticleKind,
    ArticleSketch,
    ArticleVersion,
    Changeset,
    ChangesetCounter,
    Load,
    Outlet,
    OutletKind,
)
from stancedb.model.release import Release, ReleaseFile
from stancedb.model.speech import Act, Capacity, Mention, Statement, StatementAddressee, StatementLink
from stancedb.model.workbench import Assignment, CodingRound, CodingRoundIssue, Draft, Finding

_curated = (mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, Curated))
CURATED = tuple(sorted((table for table in _curated if isinstance(table, Table)), key=lambda table: table.name))
history_of(CURATED)

__all__ = [
    "CURATED",
    "HISTORY_SCHEMA",
    "SCHEMA",
    "Act",
    "Actor",
    "ActorAttribute",
    "ActorIdentifier",
    "ActorName",
    "ActorRelation",
    "Article",
    "ArticleDuplicate",
    "ArticleKind",
    "ArticleSketch",
    "ArticleVersion",
    "Assignment",
    "Base",
    "Capacity",
    "CausalLink",
    "Changeset",
    "ChangesetCounter",
    "ChangesetLogin",
    "CodebookVersion",
    "Coder",
    "Coding",
    "CodingAttribute",
    "CodingReview",
    "CodingRound",
    "CodingRoundIssue",
    "DerivationRule",
    "Draft",
    "Event",
    "EventKind",
    "EventParticipant",
    "Evidence",
    "Finding",
    "IdentifierScheme",
    "Indicator",
    "IndicatorObservation",
    "Issue",
    "IssueCode",
    "Load",
    "Login",
    "Mention",
    "Outlet",
    "OutletKind",
    "Pair",
    "Position",
    "Release",
    "ReleaseFile",
    "Scale",
    "Setting",
    "Settling",
    "Stance",
    "StanceChange",
    "Statement",
    "StatementAddressee",
    "StatementLink",
    "Succession",
    "Tenure",
    "Touched",
]
