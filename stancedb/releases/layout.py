"""The layout of a release: its tables, every field with its type and meaning. layout.sql has the query of each table.

Never edit a layout with which releases were made, not even the words of a description, because their checksums
depend on every letter of it. Put changes into a new layout with its own number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from stancedb.sql import Queries

# The SELECT of each table, with the placeholder ``{actor}`` for the actors as known, and so on.
QUESTIONS = Queries(__file__)
# The layout of new releases.
LAYOUT = 4


@dataclass(frozen=True)
class Table:
    """One file of a release.

    Attributes:
        name: Its name, without the extension.
        description: What one row is.
        fields: Its columns in order: name, Frictionless type, meaning.
        key: The columns of the primary key, or none.
        references: For columns of this table, the table and the columns that they refer to.
    """

    name: str
    description: str
    fields: tuple[tuple[str, str, str], ...]
    key: tuple[str, ...] = ()
    references: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = field(default_factory=dict)


# Declared only if it always exists: programs that validate treat a partly empty key as a broken reference.
_POSITION = ("position", ("issue", "slug"))
_SLUG = ("slug",)
_CODING = ("statement", "holder", "issue", "coder", "codebook_version")
_OF_STATE: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {
    ("rule",): ("rule", _SLUG),
    ("holder",): ("actor", _SLUG),
    ("issue",): ("issue", _SLUG),
}
_FIRST = (
    Table(
        "rule",
        "One rule by which stances are derived from codings.",
        (
            ("slug", "string", "The handle of the rule."),
            ("label", "string", "The words that tables and pictures show."),
            ("definition", "string", "What the rule does, in a sentence."),
            ("min_authority", "integer", "Statements below this authority do not count."),
            ("bases", "string", "The bases of coding that count, parted by |."),
            ("sustain_days", "integer", "Days a position has to stand, or to be said twice; empty means at once."),
            ("retraction_effect", "string", "Whether the stance before returns after a retraction."),
            ("tenure_effect", "string", "Whether the stance of an office ends when its holder changes."),
            ("expiry_days", "integer", "Days after its last evidence at which a stance lapses; empty means never."),
            ("is_default", "boolean", "Whether the rule answers when none is named."),
        ),
        _SLUG,
    ),
    Table(
        "codebook_version",
        "One version of the rules for coding.",
        (
            ("label", "string", "The handle of the version."),
            ("issued_on", "date", "The day it was issued."),
            ("notes", "string", "What changed against the version before."),
        ),
        ("label",),
    ),
    Table(
        "issue",
        "One answerable policy question.",
        (
            ("slug", "string", "The handle of the issue."),
            ("question", "string", "The one question that the positions answer."),
            ("scope", "string", "What belongs to the issue and what does not."),
            ("parent", "string", "The wider issue it belongs to."),
            ("status", "string", "Whether it is coded now."),
        ),
        _SLUG,
        {("parent",): ("issue", _SLUG)},
    ),
    Table(
        "position",
        "One answer to the question of an issue.",
        (
            ("issue", "string", "The issue whose question it answers."),
            ("slug", "string", "The handle of the position, unique within the issue."),
            ("label", "string", "The words that tables and pictures show."),
            ("definition", "string", "What the position says."),
            ("kind", "string", "Whether it answers, deliberately leaves open, or takes no position."),
            ("rank", "integer", "Place on the ordered scale of the issue; empty where there is none."),
            ("score", "number", "Number for means, from -1 to 1, for substantive positions alone."),
        ),
        ("issue", "slug"),
        {("issue",): ("issue", _SLUG)},
    ),
    Table(
        "actor",
        "One person, office, government, state, party or other body.",
        (
            ("slug", "string", "The handle of the actor."),
            ("kind", "string", "What it is; state, government, office and person are different actors."),
            ("name", "string", "The name that tables show."),
            ("merged_into", "string", "The actor it was found to be the same as; that one holds its positions."),
        ),
        _SLUG,
        {("merged_into",): ("actor", _SLUG)},
    ),
    Table(
        "actor_identifier",
        "One identifier of an actor in another system.",
        (
            ("actor", "string", "Whom it identifies."),
            ("scheme", "string", "The system, such as wikidata."),
            ("value", "string", "The identifier there, as text, leading zeros kept."),
        ),
        ("scheme", "value"),
        {("actor",): ("actor", _SLUG)},
    ),
    Table(
        "tenure",
        "One period in which a person held a seat of an office.",
        (
            ("office", "string", "The office held."),
            ("seat", "integer", "Which seat, where an office has several."),
            ("person", "string", "Who held it."),
            ("held", "string", "The period as an EDTF string."),
            ("held_from", "date", "First day; empty if it is open."),
            ("held_to", "date", "First day after; empty while it lasts."),
            ("is_acting", "boolean", "Whether the person acted for another."),
        ),
        (),
        {("office",): ("actor", _SLUG), ("person",): ("actor", _SLUG)},
    ),
    Table(
        "outlet",
        "One publisher of articles.",
        (
            ("slug", "string", "The handle of the outlet."),
            ("name", "string", "The name as printed."),
            ("kind", "string", "What kind of publisher it is."),
            ("country", "string", "ISO 3166-1 alpha-2 code of the country it publishes from."),
            ("parent", "string", "The house it belongs to."),
            ("reliability", "string", "Admiralty grade of the source, A to F."),
        ),
        _SLUG,
        {("parent",): ("outlet", _SLUG)},
    ),
    Table(
        "article",
        "One source text, without its words; what is quoted of them is in mention.",
        (
            ("slug", "string", "The handle of the article."),
            ("outlet", "string", "The outlet that published it."),
            ("url", "string", "The address as published."),
            ("title", "string", "The title as printed."),
            ("byline", "string", "The authors as printed."),
            ("agency", "string", "The news agency that the outlet names as the source."),
            ("language", "string", "BCP 47 tag of the language of the text."),
            ("kind", "string", "What kind of text it is."),
            ("published", "string", "Day of publication as an EDTF string."),
            ("published_from", "date", "First possible day of publication."),
            ("published_to", "date", "First day after the last possible one."),
            ("syndicated_from", "string", "The article this one is a copy of; copies count once as evidence."),
            ("retracted_on", "date", "The day the article was withdrawn from use."),
            ("retracted_reason", "string", "Why it was withdrawn."),
        ),
        _SLUG,
        {("outlet",): ("outlet", _SLUG), ("syndicated_from",): ("article", _SLUG)},
    ),
    Table(
        "event",
        "One thing that happened or is to happen.",
        (
            ("slug", "string", "The handle of the event."),
            ("kind", "string", "What kind of event it is."),
            ("title", "string", "What it is called."),
            ("during", "string", "When, as an EDTF string."),
            ("during_from", "date", "First possible day."),
            ("during_to", "date", "First day after the last possible one."),
            ("status", "string", "Whether it occurred."),
        ),
        _SLUG,
    ),
    Table(
        "statement",
        "One act of speech by one speaker on one occasion, however many outlets print it.",
        (
            ("slug", "string", "The handle of the statement."),
            ("speaker", "string", "Who spoke, or which body issued it."),
            ("office", "string", "The office the speaker held when it was said."),
            ("on_behalf_of", "string", "In whose name; empty means the speaker's own."),
            ("capacity", "string", "In what capacity the speaker spoke."),
            ("authority", "integer", "From 6, law and treaty, down to 1, anonymous or attributed."),
            ("act", "string", "What the statement does."),
            ("said", "string", "The date as an EDTF string, local to the speaker's place."),
            ("said_from", "date", "First possible day."),
            ("said_to", "date", "First day after the last possible one."),
            ("said_at", "datetime", "The instant in UTC, if known."),
            ("zone", "string", "IANA time zone of the speaker's place."),
            ("place", "string", "Where it was said."),
            ("event", "string", "The event in the course of which it was said."),
            ("summary", "string", "What was said, in the coder's words."),
            ("verification", "string", "How sure it is that it was said."),
            ("self_declared", "string", "What the speaker says about change of the position."),
            ("merged_into", "string", "The statement it was found to be the same as."),
            ("retracted_on", "date", "The day the record was withdrawn because it was wrong."),
            ("retracted_reason", "string", "Why the record was withdrawn."),
            ("citation", "string", "Where the fact can be checked, beside the quoted article."),
        ),
        _SLUG,
        {
            ("speaker",): ("actor", _SLUG),
            ("office",): ("actor", _SLUG),
            ("on_behalf_of",): ("actor", _SLUG),
            ("event",): ("event", _SLUG),
            ("merged_into",): ("statement", _SLUG),
        },
    ),
    Table(
        "statement_link",
        "How a later statement stands to an earlier one; a retraction ends a stance.",
        (
            ("statement", "string", "The later statement."),
            ("kind", "string", "What it does to the other."),
            ("target", "string", "The earlier statement."),
        ),
        ("statement", "kind", "target"),
        {("statement",): ("statement", _SLUG), ("target",): ("statement", _SLUG)},
    ),
    Table(
        "mention",
        "One place in one frozen text where a statement is printed.",
        (
            ("statement", "string", "The statement printed there."),
            ("article", "string", "The article it is printed in."),
            ("text_sha256", "string", "SHA-256 of the frozen text in UTF-8."),
            ("char_start", "integer", "First code point of the quote in that text, from 0."),
            ("char_end", "integer", "Code point after the quote."),
            ("quote", "string", "The article's own characters between the two."),
            ("rendering", "string", "How the outlet prints the statement."),
            ("asserts", "string", "Whether the outlet says that the statement was made."),
            ("attribution", "string", "Name and title of the speaker as printed."),
            ("rank", "string", "Which mention to show first."),
            ("deprecated_reason", "string", "Why the mention is not to be relied on."),
        ),
        ("statement", "article", "text_sha256", "char_start", "char_end"),
        {("statement",): ("statement", _SLUG), ("article",): ("article", _SLUG)},
    ),
    Table(
        "coder",
        "One person, model or import that codes.",
        (
            ("name", "string", "The handle of the coder."),
            ("kind", "string", "Person, model or import."),
            ("version", "string", "Version of the model or of the import."),
        ),
        ("name",),
    ),
    Table(
        "coding",
        "One coder's judgement that a statement expresses a position of a holder on an issue.",
        (
            ("statement", "string", "The statement judged."),
            ("holder", "string", "Whose position it is; not always the speaker's."),
            ("issue", "string", "The question on which the statement is judged."),
            ("coder", "string", "Who judged."),
            ("codebook_version", "string", "Under which version of the rules."),
            ("position", "string", "The position of the issue; empty means that no codable position is taken."),
            ("basis", "string", "On what ground the position is ascribed to the holder."),
            ("explicitness", "string", "How openly the statement takes the position."),
            ("condition", "string", "The condition under which it is said to hold."),
            ("vagueness", "string", "Whether the wording commits the holder."),
            ("confidence", "string", "How sure the coder is."),
            ("rationale", "string", "Why, in the coder's words."),
            ("status", "string", "Where the coding stands in review."),
            ("is_final", "boolean", "Whether this is the judgement that counts."),
        ),
        ("statement", "holder", "issue", "coder", "codebook_version"),
        {
            ("statement",): ("statement", _SLUG),
            ("holder",): ("actor", _SLUG),
            ("issue",): ("issue", _SLUG),
            ("coder",): ("coder", ("name",)),
            ("codebook_version",): ("codebook_version", ("label",)),
        },
    ),
    Table(
        "stance",
        "The position a holder is taken to hold on an issue over a period, under a rule; derived.",
        (
            ("rule", "string", "Under which rule."),
            ("holder", "string", "Who holds it."),
            ("issue", "string", "On which issue."),
            ("valid_from", "date", "First day."),
            ("valid_to", "date", "First day after; empty while it lasts."),
            ("position", "string", "What is held."),
            ("confirmed_on", "date", "The day on which the rule is satisfied; before it the stance is pending."),
            ("onset_statement", "string", "The statement it began with."),
            ("evidence_count", "integer", "Statements coded so that stand behind it."),
            ("contrary_count", "integer", "Statements within the period that the rule set aside."),
            ("last_evidence_on", "date", "Earliest day of its last evidence."),
            ("is_contested", "boolean", "Whether evidence of the same day and authority says otherwise."),
        ),
        ("rule", "holder", "issue", "valid_from"),
        {
            **_OF_STATE,
            ("issue", "position"): _POSITION,
            ("onset_statement",): ("statement", _SLUG),
        },
    ),
    Table(
        "stance_change",
        "What lies between two consecutive stances, with the window in which it happened; derived.",
        (
            ("rule", "string", "Under which rule."),
            ("holder", "string", "Who changed."),
            ("issue", "string", "On which issue."),
            ("changed_on", "date", "First day of what came after."),
            ("kind", "string", "What kind of change it is."),
            ("from_position", "string", "The position of the issue known last; empty at the first."),
            ("to_position", "string", "The position of the issue after; empty if nothing is known."),
            ("window_from", "date", "First day on which it can have happened; empty if nothing was known before."),
            ("window_to", "date", "First day after the last on which it can have happened."),
            ("confirmed_on", "date", "The day on which the rule is satisfied that it changed."),
            ("delta_rank", "integer", "Rank after less rank before."),
            ("delta_score", "number", "Score after less score before."),
            ("clarity", "string", "Whether the position became clearer; empty if one side is unknown."),
            ("walked_back_within", "integer", "For a return: days since the position was left."),
        ),
        ("rule", "holder", "issue", "changed_on"),
        _OF_STATE,
    ),
)

# What the second layout adds: to which table, after which field.
_SECOND = (
    (
        "rule",
        "expiry_days",
        ("same_day", "string", "What a day with several positions of equal authority gives: last word or majority."),
    ),
    (
        "issue",
        "status",
        ("merged_into", "string", "The issue that its codings count for; empty means itself."),
    ),
    ("position", "score", ("status", "string", "Whether new codings may take it: active or retired.")),
    (
        "position",
        "status",
        ("merged_into", "string", "The position that its codings count for; empty means itself."),
    ),
    ("tenure", "held_to", ("held_last", "date", "Last day; empty while it lasts.")),
    (
        "article",
        "published_to",
        ("published_last", "date", "Last possible day."),
    ),
    ("event", "during_to", ("during_last", "date", "Last possible day.")),
    ("statement", "said_to", ("said_last", "date", "Last possible day.")),
    (
        "statement",
        "said_at",
        ("ends", "boolean", "Whether nothing is known after the last day of a lasting statement."),
    ),
    (
        "coding",
        "is_final",
        ("is_carried", "boolean", "Whether it repeats a judgement under another version of the codebook."),
    ),
    ("stance", "valid_to", ("valid_last", "date", "Last day; empty while it lasts.")),
    (
        "stance",
        "is_contested",
        ("carried_to", "date", "First day on which it does not carry on while the next one is pending; mostly empty."),
    ),
    (
        "stance_change",
        "window_to",
        ("window_last", "date", "Last day on which it can have happened."),
    ),
)


def _extended() -> Iterator[Table]:
    """Yield the tables of the first layout with the fields that the second one adds."""
    for table in _FIRST:
        extended = table
        for name, after, added in _SECOND:
            if name == table.name:
                place = [field_name for field_name, *_ in extended.fields].index(after) + 1
                extended = replace(extended, fields=(*extended.fields[:place], added, *extended.fields[place:]))
        yield extended


# What the third layout adds: tables, each after another one.
_THIRD = {
    "actor_identifier": Table(
        "actor_attribute",
        "One value of one attribute of an actor.",
        (
            ("actor", "string", "Whom it describes."),
            ("key", "string", "What is said, such as type or party."),
            ("value", "string", "What it is."),
            ("during", "string", "The period as an EDTF string; empty means always."),
            ("during_from", "date", "First day; empty if it is open."),
            ("during_to", "date", "First day after; empty while it lasts."),
            ("during_last", "date", "Last day; empty while it lasts."),
        ),
        (),
        {("actor",): ("actor", _SLUG)},
    ),
    "coding": Table(
        "coding_attribute",
        "One attribute of one coding.",
        (
            ("statement", "string", "The statement judged."),
            ("holder", "string", "Whose position it is."),
            ("issue", "string", "The question on which the statement is judged."),
            ("coder", "string", "Who judged."),
            ("codebook_version", "string", "Under which version of the rules."),
            ("key", "string", "What the coder noted."),
            ("value", "string", "What it is."),
        ),
        (*_CODING, "key"),
        {_CODING: ("coding", _CODING)},
    ),
}


def _with_attributes() -> Iterator[Table]:
    """Yield the tables of the second layout with those that the third one adds."""
    for table in _extended():
        yield table
        if table.name in _THIRD:
            yield _THIRD[table.name]


# What the fourth layout adds to issues, after the scope.
_FOURTH = (
    ("low_pole", "string", "What the low end of the scale stands for; empty if it has no name."),
    ("high_pole", "string", "What the high end of the scale stands for; empty if it has no name."),
)

# What the fourth layout adds to codings: the text that the coder read, and the round.
_ROUND = Table(
    "round",
    "One round of coding that codings come from.",
    (
        ("slug", "string", "The handle of the round."),
        ("codebook_version", "string", "The version of the rules that texts were coded under."),
        (
            "issues",
            "string",
            "The issues in scope, separated by |; no coding on one of them means that none was found in the text.",
        ),
        ("counts_at_once", "boolean", "Whether a text coded once counted at once, or waited for a reviewer."),
    ),
    _SLUG,
    {("codebook_version",): ("codebook_version", ("label",))},
)
_JUDGED = (
    ("article", "string", "The article in which the coder read it; empty where it is not known."),
    ("text_sha256", "string", "SHA-256 of the frozen text that the coder read, in UTF-8."),
    ("char_start", "integer", "First code point of the quote in that text, from 0."),
    ("char_end", "integer", "Code point after the quote."),
    ("round", "string", "The round in which it was made; empty if it was not made independently of other codings."),
)


def _fourth() -> Iterator[Table]:
    """Yield the tables of the third layout with the tables and fields that the fourth one adds."""
    for table in _with_attributes():
        if table.name == "issue":
            place = [name for name, *_ in table.fields].index("scope") + 1
            yield replace(table, fields=(*table.fields[:place], *_FOURTH, *table.fields[place:]))
        elif table.name == "coding":
            yield _ROUND
            references = {**table.references, ("round",): ("round", _SLUG)}
            yield replace(table, fields=(*table.fields, *_JUDGED), references=references)
        else:
            yield table


LAYOUTS: dict[int, tuple[Table, ...]] = {
    1: _FIRST,
    2: tuple(_extended()),
    3: tuple(_with_attributes()),
    4: tuple(_fourth()),
}
