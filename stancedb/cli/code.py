"""``stancedb code``."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stancedb.cli.app import App, Noun, choice, limit_option, message_option, pass_app, slug_argument, slug_option
from stancedb.cli.coding import answer_options
from stancedb.cli.loading import SOURCE, source_of, tell
from stancedb.cli.output import TABLE_ROWS, Column, visible
from stancedb.cli.statement import SAID_HELP, quote_options, speech_options
from stancedb.model.vocabulary import AssignmentState, ProblemReason

if TYPE_CHECKING:
    from stancedb.cli.form import Form
    from stancedb.database import Reading, Working
    from stancedb.operations.workbench import Found
    from stancedb.shared.asking import Row

F = TypeVar("F", bound=Callable[..., Any])
# What the table shows of a text above its words.
_HEAD = (
    *("assignment", "round", "codebook", "state", "note", "article", "title", "outlet", "byline", "published", "url"),
    "language",
)


def _coder_option(command: F) -> F:
    return slug_option(
        "coder", metavar="NAME", help="Who codes (default: the coder of the login, or the author of changes)."
    )(command)


def _assignment_argument(command: F) -> F:
    return slug_argument(
        "assignment",
        type=click.IntRange(1),
        required=False,
        help="The number of the assignment (default: that of the text you have open).",
    )(command)


def _seconds_option(command: F) -> F:
    return click.option(
        "--seconds", type=click.FloatRange(0), metavar="N", default=0, help="Number of seconds that it took."
    )(command)


def _name(app: App, session: Reading, coder: str | None) -> str:
    """Return the name of the coder that a command works as."""
    from stancedb.questions import workbench

    return workbench.coder_name(session, coder, author=app.settings.author)


def _which(app: App, session: Reading, coder: str | None, assignment: int | None) -> tuple[str, int]:
    """Return the coder that a command works as, and the number of her assignment."""
    from stancedb.questions import workbench

    name = _name(app, session, coder)
    return name, workbench.opened_assignment(session, coder=name) if assignment is None else assignment


@click.group(cls=Noun, invoke_without_command=True, no_args_is_help=True)
@click.option("--editor", is_flag=True, help="Code the next text in a form, in the editor that EDITOR names.")
@slug_option("assignment", "--assignment", type=click.IntRange(1), metavar="N", help="With --editor: this assignment.")
@slug_option("round", help="With --editor: the next text of this round.")
@slug_option("coder", metavar="NAME", help="With --editor: who codes.")
@click.pass_context
def code(ctx: click.Context, *, editor: bool, assignment: int | None, round: str | None, coder: str | None) -> None:  # noqa: A002 - the noun
    """Code assigned texts, one finding at a time.

    'code next' opens a text, 'code save' keeps what you found in it, and 'code done' finishes it. If you are the only
    coder of a text, its findings become statements and codings then; otherwise they wait for a reviewer.
    """
    if ctx.invoked_subcommand is not None:
        if editor or assignment or round or coder:
            raise click.UsageError("Give these options after the command; only --editor takes them here.")
        return
    if not editor:
        raise click.UsageError("Give a command, or --editor.")
    _edit(ctx.ensure_object(App), assignment, round, coder)


@code.command("next")
@slug_option("round", help="Only texts of this round.")
@_coder_option
@pass_app
def next_(app: App, round: str | None, coder: str | None) -> None:  # noqa: A002 - the noun
    """Open your next text.

    It is printed with the scope of its round and with what you have found so far. When your own queue is empty, the
    text comes from the pool. With --format json it is all that a program needs to ask for findings.

    Example:
      stancedb code next --round 2026-w49 --format json
    """
    from stancedb.questions import workbench

    with app.working() as session:
        name = _name(app, session, coder)
        text = workbench.coding_text(session, _take(session, name, round), coder=name)
    _show(app, text)


def _take(session: Working, coder: str, round_slug: str | None) -> int:
    from stancedb.errors import NothingAssigned
    from stancedb.operations import workbench

    number = workbench.take_next(session, coder=coder, round_slug=round_slug)
    if number is None:
        raise NothingAssigned(coder=coder, where=f" in the round '{round_slug}'" if round_slug else "")
    return number


@code.command()
@_assignment_argument
@_coder_option
@pass_app
def show(app: App, assignment: int | None, coder: str | None) -> None:
    """Show a text that you code or have coded, as 'code next' does."""
    from stancedb.questions import workbench

    with app.reading() as session:
        name, number = _which(app, session, coder, assignment)
        text = workbench.coding_text(session, number, coder=name)
    _show(app, text)


@code.command("candidates")
@_assignment_argument
@_coder_option
@pass_app
def candidates_(app: App, assignment: int | None, coder: str | None) -> None:
    """List the places of a text where a statement may be.

    These are sentences with a quotation, a reporting verb, or a name and a keyword of the codebook. They are places to
    jump to; a text may have statements elsewhere. The score says how much was found and is not a probability.

    Example:
      stancedb code candidates --format json
    """
    from stancedb.questions import workbench

    with app.reading() as session:
        name, number = _which(app, session, coder, assignment)
        found = workbench.coding_text(session, number, coder=name)["candidates"]
    rows = [{**place, "why": ", ".join(dict.fromkeys(reason["why"] for reason in place["why"]))} for place in found]
    app.output.rows(
        found if app.output.format in {"json", "ndjson"} else rows,
        columns=["paragraph", "start", "end", "score", "speaker", "why", Column("quote", below=True)],
        empty="No place of the text looks like a statement.",
    )


@code.command("list")
@slug_option("round", "--round", "round_slug", help="Only assignments of this round.")
@slug_option("coder", metavar="NAME", help="Only assignments of this coder (default: all that you may see).")
@click.option("--state", type=choice(AssignmentState), help="Only assignments in this state.")
@limit_option
@pass_app
def list_(app: App, round_slug: str | None, coder: str | None, state: str | None, limit: int | None) -> None:
    """List assignments in the order in which they are coded."""
    from stancedb.questions import workbench

    with app.reading() as session:
        rows = workbench.list_assignments(
            session, round_slug=round_slug, coder=coder, state=state, limit=app.output.asked(limit)
        )
    app.output.rows(
        rows,
        columns=["assignment", "round", "coder", "article", "state", "findings", "reason", Column("note", below=True)],
        at_most=limit or TABLE_ROWS,
    )


@code.command()
@click.argument(
    "path",
    type=SOURCE,
    required=False,
    help="JSON: an object, or one on each line; - is standard input.",
)
@slug_option(
    "assignment",
    "--assignment",
    type=click.IntRange(1),
    metavar="N",
    help="The assignment (default: the text you have open).",
)
@_coder_option
@click.option(
    "--replaces", type=click.IntRange(1), metavar="N", help="The number of the finding that this one corrects."
)
@_seconds_option
@slug_option("actor", "--speaker", help="Who spoke.")
@click.option("--said", metavar="DATE", help=SAID_HELP)
@quote_options
@speech_options
@answer_options
@click.option("--citation", metavar="TEXT", help="Another place where the fact can be checked.")
@pass_app
def save(
    app: App,
    /,
    *,
    path: Path | None,
    assignment: int | None,
    coder: str | None,
    replaces: int | None,
    seconds: float,
    **fields: Any,
) -> None:
    r"""Save what you found.

    It is one statement by options, or several from a file. The fields are those of a coding sheet without what the
    assignment says: article, coder, codebook and status. In a file 'span' may give the quote by two code points, as
    [18, 44]. All findings of a file are saved, or none.

    Example:
      stancedb code save --speaker sanae-takaichi --on-behalf-of japan \
          --said 2025-11-07 --quote "blockade of Taiwan" --rendering paraphrase \
          --holder japan --issue jp-taiwan-use-of-force --position may-warrant
    """
    from stancedb.operations import workbench
    from stancedb.refusals import THIS_COMMAND

    given = {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
    given = {name: value for name, value in given.items() if value is not None and value != []}
    if (path is None) == (not given):
        raise click.UsageError("Give either a file or the fields of one statement.")
    if path is None:
        source, found = THIS_COMMAND, [workbench.Found(given, None, replaces, seconds)]
    else:
        source, found = _read(path, replaces, seconds)
    with app.working() as session:
        name, number = _which(app, session, coder, assignment)
        rows = workbench.save_findings(session, number, found, coder=name, source=source)
    app.output.rows(rows, columns=["assignment", "finding", "start", "end", Column("quote", below=True)])


def _read(path: Path, replaces: int | None, seconds: float) -> tuple[str, list[Found]]:
    """Return the name of a file of JSON and the findings in it; the seconds are shared out among them."""
    from stancedb.errors import RecordsRefused
    from stancedb.operations.workbench import Found
    from stancedb.reading.decoding import STANDARD_INPUT, open_source
    from stancedb.reading.json_lines import read_objects
    from stancedb.refusals import Fault, Refusal

    source = source_of(path)
    name = STANDARD_INPUT if source == "-" else str(path)
    with open_source(source) as stream:
        values = read_objects(stream, name)
    strange = [(line, value) for line, value in values if not isinstance(value, dict)]
    if strange:
        faults = [(line, Fault("not_an_object", {"found": value})) for line, value in strange]
        raise RecordsRefused([Refusal.of(name, line, fault) for line, fault in faults], len(values))
    if replaces is not None and len(values) != 1:
        raise click.UsageError(f"--replaces takes one finding, and {name} has {len(values)}.")
    each = seconds / len(values)
    return name, [Found(value, line, replaces, each) for line, value in values if isinstance(value, dict)]


@code.command()
@_assignment_argument
@_coder_option
@_seconds_option
@message_option
@pass_app
def done(app: App, assignment: int | None, coder: str | None, seconds: float, message: str | None) -> None:
    """Finish a text.

    If you are the only coder of the text, its findings become statements and codings, in one changeset. Otherwise they
    wait until a reviewer settles them. A text without findings is finished too.
    """
    with app.reading() as session:
        name, number = _which(app, session, coder, assignment)
    _finish(app, name, number, seconds=seconds, message=message)


def _finish(app: App, coder: str, assignment: int, *, seconds: float, message: str | None = None) -> None:
    """Finish a text, and release its findings where nobody else codes it."""
    from stancedb.operations import workbench
    from stancedb.questions.workbench import show_assignment

    with app.reading() as session:
        text = show_assignment(session, assignment, coder=coder)
        releases = workbench.releases(session, assignment, coder=coder)
    account = None
    if releases:
        with app.writing(message or f"code {text['article']} in round {text['round']}") as writing:
            account = workbench.release(writing, assignment, coder=coder, seconds=seconds)
    else:
        with app.working() as working:
            workbench.finish(working, assignment, coder=coder, seconds=seconds)
    count = len(text["findings"])
    if app.output.format != "table":
        row = {name: text[name] for name in ("assignment", "round", "article")}
        app.output.record({**row, "state": "done", "findings": count, "is_released": releases})
    elif account is not None:
        tell(app, account)
    if account is None and count:
        ending = "its findings wait for a reviewer"
    elif account is None:
        ending = "it has no findings"
    else:
        ending = "its findings are released" if text["counts_at_once"] else "its codings wait for a reviewer"
    app.output.say(f"Assignment {assignment} is done; {ending}.")


@code.command()
@_assignment_argument
@_coder_option
@pass_app
def later(app: App, assignment: int | None, coder: str | None) -> None:
    """Put a text at the end of your queue."""
    from stancedb.operations import workbench

    with app.working() as session:
        name, number = _which(app, session, coder, assignment)
        workbench.postpone(session, number, coder=name)
    app.output.record({"assignment": number, "state": "open"})


@code.command()
@_assignment_argument
@click.option("--reason", required=True, type=choice(ProblemReason), help="Why the text cannot be coded.")
@click.option("--note", metavar="TEXT", help="The problem in words.")
@_coder_option
@pass_app
def problem(app: App, assignment: int | None, reason: str, note: str | None, coder: str | None) -> None:
    """Set a text aside that cannot be coded.

    A reviewer reopens or withdraws it.

    Example:
      stancedb code problem --reason incomplete --note "page 2 is missing"
    """
    from stancedb.operations import workbench

    with app.working() as session:
        name, number = _which(app, session, coder, assignment)
        workbench.report_problem(session, number, coder=name, reason=reason, note=note)
    app.output.record({"assignment": number, "state": "problem", "reason": reason, "note": note})


@code.command()
@_coder_option
@message_option
@pass_app
def undo(app: App, coder: str | None, message: str | None) -> None:
    """Undo your last step of today.

    A step is a finding, 'done', 'later' or 'problem'. Undoing 'done' takes back the changeset that released the
    findings, and opens the text again. Call it again for the step before.
    """
    from stancedb.operations import workbench

    with app.reading() as session:
        name = _name(app, session, coder)
        step = workbench.last_step(session, coder=name)
    if step.changeset is not None:
        with app.writing(message or f"undo changeset {step.changeset}") as writing:
            workbench.undo_release(writing, step.changeset)
    else:
        with app.working() as working:
            workbench.undo_step(working, step, coder=name)
    app.output.record(
        {"undone": step.kind, "assignment": step.assignment, "finding": step.finding, "article": step.article}
    )


@code.command()
@slug_argument("assignment", type=click.IntRange(1), help="The number of the assignment.")
@click.option("--reason", metavar="TEXT", help="Why, for the coder; required to reopen the text of another coder.")
@_coder_option
@pass_app
def reopen(app: App, assignment: int, reason: str | None, coder: str | None) -> None:
    """Open a finished text again, or one that was set aside.

    Coders reopen their own texts until a reviewer settles them; reviewers reopen any text, with a reason. Findings that
    are released are taken back by 'code undo' or 'changeset undo' first.
    """
    from stancedb.operations import workbench

    with app.working() as session:
        name = _name(app, session, coder) if reason is None else coder or app.settings.author
        workbench.reopen(session, assignment, coder=name, reason=reason)
    app.output.record({"assignment": assignment, "state": "open", "note": reason})


def _show(app: App, text: Row) -> None:
    """Print a text to code, with its scope and the findings so far."""
    if app.output.format != "table":
        app.output.record(text)
        return
    app.output.record({name: text[name] for name in _HEAD if text[name] is not None})
    app.output.text(f"\n{visible(text['body'])}\n\n")
    positions = [
        {"issue": issue["issue"], "question": issue["question"], **position}
        for issue in text["issues"]
        for position in issue["positions"] or [{"position": None, "label": None}]
    ]
    columns: list[Column | str] = ["issue", "position", "label"]
    app.output.rows(positions, columns=columns, title="Scope", empty="The round has no issue in scope.")
    findings = [{**finding, **_summary(finding["record"])} for finding in text["findings"]]
    if findings:
        app.output.text("\n")
        columns = ["finding", "start", "end", "speaker", "said", "issue", "position", Column("quote", below=True)]
        app.output.rows(findings, columns=columns, title="Findings")
    if text["draft"] is not None:
        app.output.say("A draft of the form is kept; 'stancedb code --editor' opens it.")


def _summary(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record.get(name) for name in ("speaker", "said", "issue", "position")}


# --- The form ---------------------------------------------------------------------------------------------------------


def _edit(app: App, assignment: int | None, round_slug: str | None, coder: str | None) -> None:
    """Code a text in the editor until the form has no mistakes, or is left without saving."""
    from stancedb.cli import form as forms
    from stancedb.operations.workbench import begin
    from stancedb.questions import workbench

    with app.working() as session:
        name = _name(app, session, coder)
        number = _take(session, name, round_slug) if assignment is None else assignment
        begin(session, number, coder=name)
        text = workbench.coding_text(session, number, coder=name)
    begun = time.monotonic()
    original = forms.written(text)
    offered = original if text["draft"] is None else text["draft"]
    if text["draft"] is not None:
        app.output.say("The form opens with the draft that was kept.")
    draft_number = text["draft_number"] or 0
    failure: Exception | None = None
    while True:
        edited = click.edit(offered, extension=".txt")
        if edited is None or edited == offered or forms.without_mistakes(edited) == original:
            if failure is not None:
                failure.add_note("The form is kept as a draft; 'stancedb code --editor' opens it again.")
                raise failure
            app.output.say("Nothing was changed.")
            return
        typed = forms.without_mistakes(edited)
        draft_number += 1
        _keep_draft(app, name, number, typed, draft_number)
        read = forms.read(typed)
        failure = _save_form(app, name, text, read, seconds=time.monotonic() - begun)
        if failure is None:
            break
        offered = forms.with_mistakes(typed, read.mistakes)
    if read.is_done:
        _finish(app, name, number, seconds=time.monotonic() - begun)


def _keep_draft(app: App, coder: str, assignment: int, form: str, number: int) -> None:
    """Save what was typed before it is looked at; where it cannot be saved it is kept in a file."""
    from tempfile import NamedTemporaryFile

    from stancedb.errors import StancedbError
    from stancedb.operations import workbench

    try:
        with app.working() as session:
            workbench.save_draft(session, assignment, form, coder=coder, number=number)
    except StancedbError as failure:
        with NamedTemporaryFile(
            "w", encoding="utf-8", prefix=f"stancedb-{assignment}-", suffix=".txt", delete=False
        ) as file:
            file.write(form)
        failure.add_note(f"The form could not be saved; it is kept in {file.name}.")
        raise


def _save_form(app: App, coder: str, text: Row, form: Form, *, seconds: float) -> Exception | None:
    """Save what a form says; put what is wrong with it among its mistakes, and return that as an error."""
    from stancedb.errors import FormRefused, RecordsRefused
    from stancedb.operations import workbench

    shown = {finding["finding"]: finding for finding in text["findings"]}
    kept = [block.finding for block in form.blocks if block.finding is not None]
    for block in form.blocks:
        if block.finding is not None and (block.finding not in shown or kept.count(block.finding) > 1):
            sentence = f"Finding {block.finding} is not here, or stands here twice; remove the line to add a new one."
            form.mistakes.setdefault(block.line, []).append(sentence)
    if form.mistakes:
        return FormRefused(count=sum(map(len, form.mistakes.values())))
    changed = _changed(form, shown)
    gone = [number for number in shown if number not in kept]
    each = seconds / max(len(changed), 1)
    try:
        with app.working() as session:
            workbench.withdraw_findings(session, text["assignment"], gone, coder=coder)
            found = [workbench.Found(fields, line, replaces, each) for line, replaces, fields in changed]
            rows = workbench.save_findings(session, text["assignment"], found, coder=coder, source="the form")
    except RecordsRefused as refused:
        for refusal in refused.refusals:
            form.mistakes.setdefault(refusal.line or 1, []).append(refusal.about_record)
        return refused
    app.output.rows(
        rows,
        columns=["assignment", "finding", "start", "end", Column("quote", below=True)],
        empty="No finding was added or changed.",
    )
    for number in gone:
        app.output.say(f"Finding {number} is withdrawn.")
    return None


def _changed(form: Form, shown: dict[int, Any]) -> list[tuple[int, int | None, dict[str, object]]]:
    """Return of each block that is new or differs its line, the finding that it corrects, and its fields."""
    from stancedb.cli import form as forms

    changed = []
    for block in form.blocks:
        fields = dict(block.fields)
        if block.finding is not None:
            before = shown[block.finding]
            (as_shown,) = forms.read(forms.block_of(before["record"], before["quote"])).blocks
            if fields == as_shown.fields:
                continue
            if fields.get("quote") == before["quote"]:
                # The same words, which may stand in several places, are meant where they were found.
                fields["span"] = [before["start"], before["end"]]
        changed.append((block.line, block.finding, fields))
    return changed
