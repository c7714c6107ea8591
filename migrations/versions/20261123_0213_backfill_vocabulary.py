"""Fill the vocabularies and the rules that every database starts with.

Revision: backfill_vocabulary
Follows: create_touching
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "backfill_vocabulary"
down_revision = "create_touching"
branch_labels = None
depends_on = None

VOCABULARIES = {
    "outlet_kind": [
        ("newspaper", "Newspaper", "A publisher of news in print or online."),
        ("agency", "News agency", "A wire service whose texts others print."),
        ("broadcaster", "Broadcaster", "A publisher of news on radio or television."),
        ("magazine", "Magazine", "A publisher of longer or less frequent pieces."),
        ("ministry", "Ministry", "A ministry or another government body that publishes itself."),
        ("parliament", "Parliament", "A parliament that publishes its records."),
        ("head_of_government", "Head of government", "The office of a head of state or of government."),
        ("court", "Court", "A court that publishes its rulings."),
        ("intergovernmental", "Intergovernmental body", "A body of several states."),
        ("party", "Party", "A political party that publishes itself."),
        ("platform", "Platform", "A social network or another place where people post themselves."),
        ("think_tank", "Think tank", "A research body that publishes analyses."),
        ("data_provider", "Data provider", "A project that publishes data sets."),
        ("example", "Example", "Not a real publisher: example texts written for a tutorial or a test."),
        ("other", "Other", "Anything else."),
    ],
    "article_kind": [
        ("news", "News", "A report of what happened."),
        ("wire", "Wire story", "A report by an agency, as sent out."),
        ("readout", "Readout", "One side's account of a call or a meeting."),
        ("transcript", "Transcript", "A record of what was said, word for word."),
        ("press_release", "Press release", "A text handed out by the one it speaks of."),
        ("cabinet_decision", "Cabinet decision", "A decision or written answer adopted by a cabinet."),
        ("social_post", "Social post", "A post by its author on a platform."),
        ("interview", "Interview", "Questions and answers."),
        ("analysis", "Analysis", "An analysis or opinion."),
        ("law", "Law", "A law, a treaty or another binding text."),
        ("vote_record", "Vote record", "A record of who voted how."),
        ("example", "Example", "A text written for a tutorial or a test."),
        ("other", "Other", "Anything else."),
    ],
    "act": [
        ("assert", "Asserts", "Says how things are or what the position is."),
        ("commit", "Commits", "Binds the speaker to do something."),
        ("threaten", "Threatens", "Announces harm unless something is done or left."),
        ("warn", "Warns", "Points at harm that follows, without saying by whom."),
        ("assure", "Assures", "Promises that something will not happen or will go on."),
        ("demand", "Demands", "Requires somebody to do something."),
        ("request", "Requests", "Asks somebody to do something."),
        ("accuse", "Accuses", "Says that somebody did wrong."),
        ("deny", "Denies", "Says that something was not said or done."),
        ("decline_to_comment", "Declines to comment", "Was asked and says nothing on it."),
        ("omit", "Omits", "Leaves out what the other side's account has; the coder can name the expectation."),
        ("refuse_to_retract", "Refuses to retract", "Says that an earlier statement stands."),
        ("retract", "Retracts", "Takes an earlier statement back."),
        ("apologise", "Apologises", "Says sorry for an earlier statement or act."),
        ("announce", "Announces", "Makes a decision or a plan known."),
        ("vote", "Votes", "Takes a side by a vote."),
    ],
    "capacity": [
        ("head_of_state", "Head of state", "Speaks as head of state."),
        ("head_of_government", "Head of government", "Speaks as head of government."),
        ("minister", "Minister", "Speaks as a member of a government."),
        ("spokesperson", "Spokesperson", "Speaks for an office or a body."),
        ("diplomat", "Diplomat", "Speaks as a member of a foreign service."),
        ("legislator", "Legislator", "Speaks as a member of a parliament."),
        ("party_leader", "Party leader", "Speaks as the leader of a party."),
        ("candidate", "Candidate", "Speaks as a candidate for an office."),
        ("personal", "Personal", "Speaks for nobody else."),
        ("anonymous_official", "Anonymous official", "Speaks without being named."),
        ("joint", "Joint", "Two or more speak in one text."),
        ("document", "Document", "A body speaks by a document."),
    ],
    "event_kind": [
        ("call", "Call", "A conversation by telephone or video."),
        ("meeting", "Meeting", "A meeting in person."),
        ("visit", "Visit", "A journey to another actor's place."),
        ("summit", "Summit", "A meeting of heads of state or of government."),
        ("session", "Session", "A session of a parliament or of another body."),
        ("press_conference", "Press conference", "Questions by the press."),
        ("summons", "Summons", "A diplomat is called in."),
        ("travel_advisory", "Travel advisory", "Advice to citizens against travel."),
        ("sanction", "Sanction", "A measure against another's trade, money or movement."),
        ("cancellation", "Cancellation", "Something planned with another is called off."),
        ("exercise", "Exercise", "A military exercise."),
        ("deployment", "Deployment", "Forces are moved."),
        ("vote", "Vote", "A vote in a body."),
        ("election", "Election", "A vote for an office or a body."),
        ("cabinet_decision", "Cabinet decision", "A cabinet decides."),
        ("statement_issued", "Statement issued", "A text is put out, where the putting out is the event."),
        ("agreement", "Agreement", "A treaty or another agreement is made."),
        ("other", "Other", "Anything else."),
    ],
}
SCHEMES = [
    ("wikidata", "Wikidata", "Items of Wikidata.", "^Q[1-9][0-9]*$", "https://www.wikidata.org/wiki/{value}"),
    ("iso3166-1-alpha2", "ISO 3166-1 alpha-2", "Countries and territories, two letters.", "^[A-Z]{2}$", None),
    ("iso3166-1-alpha3", "ISO 3166-1 alpha-3", "Countries and territories, three letters.", "^[A-Z]{3}$", None),
    ("un-m49", "UN M49", "Countries and areas by the statistics division of the UN.", "^[0-9]{3}$", None),
    ("cow", "Correlates of War", "States by abbreviation of the Correlates of War project.", "^[A-Z]{3}$", None),
    ("cow-number", "Correlates of War number", "States by number of the Correlates of War project.", "^[0-9]{1,3}$", None),
    ("gleditsch-ward", "Gleditsch and Ward", "States by number of Gleditsch and Ward.", "^[0-9]{1,4}$", None),
    ("opensanctions", "OpenSanctions", "Entities of OpenSanctions.", None, "https://www.opensanctions.org/entities/{value}"),
    ("popolo", "Popolo", "Identifiers of a Popolo data set.", None, None),
    ("dna", "Discourse Network Analyzer", "Entities of a Discourse Network Analyzer file.", None, None),
    ("local", "Local", "Identifiers of the project's own.", None, None),
]  # fmt: skip
RULES = [
    (
        "latest-word",
        "Latest word",
        "The latest statement of any authority counts; a retraction brings the position before it back, and an office starts anew with each person in it.",
        1, None, "revert", "cut", True, ["self", "on_behalf"],
    ),
    (
        "authoritative",
        "Authoritative",
        "Laws, treaties, cabinet decisions, written official answers and joint statements count alone; they bind whoever comes next in office.",
        5, None, "revert", "carry", False, ["self", "on_behalf"],
    ),
    (
        "sustained",
        "Sustained",
        "A new position counts when two statements on different dates carry it, or when it stands uncontradicted for 30 days; its onset stays the first of them.",
        1, 30, "revert", "carry", False, ["self", "on_behalf"],
    ),
]  # fmt: skip
RULE_COLUMNS = (
    "slug", "label", "definition", "min_authority", "sustain_days", "retraction_effect", "tenure_effect", "is_default",
    "bases",
)  # fmt: skip


def upgrade() -> None:
    """Fill the vocabularies and the rules that every database starts with."""
    op.execute(
        "SELECT stancedb.open_changeset('stancedb', 'Vocabularies and rules that every database starts with', 'migration')"
    )
    for name, rows in VOCABULARIES.items():
        _insert(name, ("code", "label", "definition"), rows)
    _insert("identifier_scheme", ("code", "label", "definition", "pattern", "url_template"), SCHEMES)
    _insert("derivation_rule", RULE_COLUMNS, RULES)
    # The number is given now, so that a later migration in the same transaction can alter these tables.
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute("SET CONSTRAINTS ALL DEFERRED")


def _insert(name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    types = {"bases": sa.ARRAY(sa.Text())}
    table = sa.table(name, *(sa.column(column, types.get(column)) for column in columns), schema="stancedb")
    # A database that comes up again after a downgrade has the rows already, perhaps edited.
    entering = postgresql.insert(table).on_conflict_do_nothing(index_elements=columns[:1])
    op.get_bind().execute(entering, [dict(zip(columns, row, strict=True)) for row in rows])


def downgrade() -> None:
    """Leave the rows: codings and statements may use them, and the tables go with the revisions below."""
