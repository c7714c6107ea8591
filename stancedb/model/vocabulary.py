"""Closed sets that the code branches on; vocabularies that coders extend are tables."""

from __future__ import annotations

from enum import StrEnum


class ActorKind(StrEnum):
    """What an actor is. State, government, office and person are deliberately different actors."""

    PERSON = "person"
    OFFICE = "office"
    GOVERNMENT = "government"
    STATE = "state"
    PARTY = "party"
    ORGANIZATION = "organization"
    INTERGOVERNMENTAL = "intergovernmental"
    GROUP = "group"
    UNNAMED_OFFICIAL = "unnamed_official"


class NameKind(StrEnum):
    """What a name is to its actor."""

    PREFERRED = "preferred"
    ALIAS = "alias"
    FORMER = "former"
    TRANSLITERATION = "transliteration"
    ABBREVIATION = "abbreviation"


class RelationKind(StrEnum):
    """The relation of an actor to another."""

    PART_OF = "part_of"
    GOVERNS = "governs"
    OFFICE_OF = "office_of"
    MEMBER_OF = "member_of"
    SPOKESPERSON_FOR = "spokesperson_for"
    SUCCESSOR_OF = "successor_of"


class Access(StrEnum):
    """How much of the article its outlet showed."""

    FULL = "full"
    EXCERPT = "excerpt"


class RawEncoding(StrEnum):
    """How the original bytes of a text are compressed."""

    IDENTITY = "identity"
    GZIP = "gzip"


class DuplicateState(StrEnum):
    """What was decided about an article that looks like a copy of another."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class IssueStatus(StrEnum):
    """Whether an issue is coded now."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class PositionStatus(StrEnum):
    """Whether new codings may take a position."""

    ACTIVE = "active"
    RETIRED = "retired"


class PositionKind(StrEnum):
    """Whether a position answers the question, deliberately leaves it open, or takes none."""

    SUBSTANTIVE = "substantive"
    DELIBERATE_AMBIGUITY = "deliberate_ambiguity"
    NO_POSITION = "no_position"


class Verification(StrEnum):
    """How certain it is that the statement was made."""

    CONFIRMED = "confirmed"
    SINGLE_SOURCE = "single_source"
    DISPUTED = "disputed"
    DENIED = "denied"
    REFUTED = "refuted"


class SelfDeclared(StrEnum):
    """What the speaker says about change, whatever the codings say."""

    NONE = "none"
    CLAIMS_UNCHANGED = "claims_unchanged"
    CLAIMS_CHANGED = "claims_changed"


class AddresseeRole(StrEnum):
    """The role of an actor in a statement by another."""

    ADDRESSEE = "addressee"
    OBJECT = "object"
    BENEFICIARY = "beneficiary"


class Rendering(StrEnum):
    """How the outlet prints the statement."""

    VERBATIM = "verbatim"
    PARTIAL_QUOTE = "partial_quote"
    TRANSLATED_QUOTE = "translated_quote"
    PARAPHRASE = "paraphrase"
    CHARACTERISATION = "characterisation"
    HEADLINE = "headline"


class Assertion(StrEnum):
    """Whether the outlet says that the statement was made."""

    ASSERTS = "asserts"
    DENIES = "denies"
    DOUBTS = "doubts"


class MentionRank(StrEnum):
    """Which mention to show first; the rank reflects reliability, never recency."""

    PREFERRED = "preferred"
    NORMAL = "normal"
    DEPRECATED = "deprecated"


class LinkKind(StrEnum):
    """The relation of a statement to an earlier one."""

    REAFFIRMS = "reaffirms"
    CLARIFIES = "clarifies"
    WALKS_BACK = "walks_back"
    RETRACTS = "retracts"
    REFUSES_TO_RETRACT = "refuses_to_retract"
    DENIES_SAYING = "denies_saying"
    CONTRADICTS = "contradicts"
    RESPONDS_TO = "responds_to"
    DEMANDS_RETRACTION_OF = "demands_retraction_of"
    RESTATES = "restates"
    QUOTES = "quotes"


class CoderKind(StrEnum):
    """Who or what codes."""

    HUMAN = "human"
    MODEL = "model"
    IMPORT = "import"


class Basis(StrEnum):
    """Why the position is attributed to the holder."""

    SELF = "self"
    ON_BEHALF = "on_behalf"
    ATTRIBUTED_BY_OTHER = "attributed_by_other"


class Explicitness(StrEnum):
    """How openly the statement takes the position."""

    EXPLICIT = "explicit"
    IMPLICIT = "implicit"
    INFERRED = "inferred"


class Vagueness(StrEnum):
    """Whether the wording commits the holder."""

    COMMITTAL = "committal"
    NON_COMMITTAL = "non_committal"


class Confidence(StrEnum):
    """How confident the coder is."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class CodingStatus(StrEnum):
    """The review status of a coding."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class EventStatus(StrEnum):
    """Whether an event took place."""

    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    OCCURRED = "occurred"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"


class ParticipantRole(StrEnum):
    """The role of an actor in an event."""

    ACTOR = "actor"
    RECIPIENT = "recipient"
    HOST = "host"
    VISITOR = "visitor"
    MEDIATOR = "mediator"


class CausalKind(StrEnum):
    """How a later statement or event is said to follow from an earlier one."""

    RESPONDS_TO = "responds_to"
    RETALIATES_FOR = "retaliates_for"
    TRIGGERS = "triggers"
    CONDITIONS = "conditions"


class IndicatorStatus(StrEnum):
    """Whether the question to watch is still open."""

    OPEN = "open"
    RESOLVED_YES = "resolved_yes"
    RESOLVED_NO = "resolved_no"
    EXPIRED = "expired"


class RetractionEffect(StrEnum):
    """What holds after a retraction under a rule."""

    REVERT = "revert"
    UNKNOWN = "unknown"


class TenureEffect(StrEnum):
    """What a change of the person in office does to the stance of an office under a rule."""

    CUT = "cut"
    CARRY = "carry"


class SameDay(StrEnum):
    """What a day with several positions of equal authority gives under a rule."""

    LAST = "last"
    MAJORITY = "majority"


class ChangeKind(StrEnum):
    """What kind of change lies between two consecutive stances; the derivation computes it."""

    INITIAL = "initial"
    CLARIFICATION = "clarification"
    OBSCURING = "obscuring"
    HARDENING = "hardening"
    SOFTENING = "softening"
    REVERSAL = "reversal"
    SHIFT = "shift"
    RETURN = "return"
    RETRACTION = "retraction"
    SUCCESSION = "succession"
    LAPSE = "lapse"
    ENDED = "ended"


class Clarity(StrEnum):
    """What a change does to the clarity of the position."""

    CLARIFIED = "clarified"
    OBSCURED = "obscured"
    SAME = "same"


class EvidenceAct(StrEnum):
    """What a row of evidence does: express a position, or retract an earlier expression."""

    EXPRESSES = "expresses"
    RETRACTS = "retracts"


class TouchKind(StrEnum):
    """What a write may have changed for the derivation."""

    CODING = "coding"
    STATEMENT = "statement"
    ACTOR = "actor"
    ISSUE = "issue"
    OFFICE = "office"
    PAIR = "pair"


class LoginRole(StrEnum):
    """The role granted to a login."""

    READER = "reader"
    CODER = "coder"
    REVIEWER = "reviewer"


class AssignmentKind(StrEnum):
    """Why a coder gets a text."""

    FIRST = "first"
    SECOND = "second"
    AGAIN = "again"
    CHECK = "check"
    SHEET = "sheet"


class AssignmentState(StrEnum):
    """The progress of work on an assigned text."""

    OPEN = "open"
    DONE = "done"
    PROBLEM = "problem"
    WITHDRAWN = "withdrawn"


class ProblemReason(StrEnum):
    """Why a text cannot be coded."""

    OFF_TOPIC = "off_topic"
    UNREADABLE = "unreadable"
    INCOMPLETE = "incomplete"
    LANGUAGE = "language"
    COPY = "copy"
    CODEBOOK = "codebook"
    OTHER = "other"
