"""The form in which findings are edited as text: ``key: value`` lines, a quote behind ``>``, blocks between ``---``.

A value that does not fit on a line as it is, such as one with a line feed, is written as a string of JSON. A key of
several values stands on several lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stancedb.shared.asking import Row

SEPARATOR = "---"
# The keys of an empty block, in the order in which a coder answers them; None stands for the quote.
_OFFERED = (
    *("speaker", "said", None, "rendering", "on_behalf_of", "holder", "issue", "position", "condition", "confidence"),
    "rationale",
)
_ALSO = (
    *("office", "capacity", "authority", "act", "said_phrase", "said_at", "ends", "zone", "place", "event", "summary"),
    *("verification", "self_declared", "addressees", "links", "citation", "prefix", "suffix", "asserts", "attribution"),
    *("basis", "explicitness", "vagueness", "attributes"),
)
_LISTS = frozenset({"addressees", "links", "attributes"})
# What a finding keeps that is not written as a key.
_UNWRITTEN = frozenset({"schema", "article", "quote"})
_MISTAKE = "#! "


@dataclass(frozen=True, slots=True)
class Block:
    """What one block of a form says.

    Attributes:
        line: The line on which it begins, from 1.
        finding: The number of the finding that it shows, or None for a new one.
        fields: Its values, as typed.
    """

    line: int
    finding: int | None
    fields: Mapping[str, object]


@dataclass(slots=True)
class Form:
    """What a form says.

    Attributes:
        blocks: The blocks that say something.
        is_done: Whether the text is finished.
        mistakes: Sentences about what cannot be read, by the line above which they belong.
    """

    blocks: list[Block] = field(default_factory=list)
    is_done: bool = False
    mistakes: dict[int, list[str]] = field(default_factory=dict)


def written(text: Row) -> str:
    """Return the form of an assignment: a block for each finding, an empty one, and the scope and text as comments.

    Args:
        text: The assignment, as ``questions.workbench.coding_text`` returns it.
    """
    head = [
        f"Assignment {text['assignment']} of the round {text['round']}: {text['article']}",
        "",
        "A block is one statement: 'key: value' lines, and the quote on lines that begin with '> '.",
        f"Blocks are separated by '{SEPARATOR}'. A block without values is ignored; repeat a block to add a statement.",
        "Remove a block to withdraw its finding. Lines that begin with # are ignored.",
        "Leave the editor without saving to change nothing. Write 'done: yes' when the text is finished.",
    ]
    foot = [
        f"Other keys: {', '.join(_ALSO)}. Repeat a key that has several values.",
        "",
        *_scope(text),
        "",
        *_text(text),
    ]
    parts = [
        "".join(_comments(head)) + "\ndone: no\n",
        *(block_of(finding["record"], finding["quote"], finding["finding"]) for finding in text["findings"]),
        "".join("> \n" if key is None else f"{key}: \n" for key in _OFFERED) + "\n" + "".join(_comments(foot)),
    ]
    return f"{SEPARATOR}\n".join(parts)


def block_of(record: Mapping[str, object], quote: str, finding: int | None = None) -> str:
    """Write the fields of a finding as a block."""
    lines = [] if finding is None else [f"finding: {finding}"]
    for key, value in record.items():
        if key not in _UNWRITTEN:
            lines += [f"{key}: {_spelled(item)}" for item in (value if isinstance(value, list) else [value])]
    lines += [f"> {line}" for line in quote.split("\n")]
    return "".join(f"{line}\n" for line in lines)


def read(form: str) -> Form:
    """Read a form; what cannot be read is among its mistakes."""
    found = Form()
    start, lines = 1, form.split("\n")
    for number, line in enumerate([*lines, SEPARATOR], 1):
        if line.strip() == SEPARATOR:
            _read_block(found, start, lines[start - 1 : number - 1])
            start = number + 1
    return found


def without_mistakes(form: str) -> str:
    """Return a form without the sentences that ``with_mistakes`` put into it."""
    return "\n".join(line for line in form.split("\n") if not line.startswith(_MISTAKE))


def with_mistakes(form: str, mistakes: Mapping[int, Sequence[str]]) -> str:
    """Return a form with sentences about mistakes above the lines that they are about."""
    lines = []
    for number, line in enumerate(form.split("\n"), 1):
        lines += [f"{_MISTAKE}{' '.join(sentence.split())}" for sentence in mistakes.get(number, ())]
        lines.append(line)
    return "\n".join(lines)


def _read_block(form: Form, start: int, lines: Sequence[str]) -> None:
    values: dict[str, object] = {}
    quote: list[str] = []
    first = 0
    for number, line in enumerate(lines, start):
        if line.startswith("#") or not line.strip():
            continue
        first = first or number
        if line.startswith(">"):
            quote.append(line[1:].removeprefix(" "))
            continue
        key, colon, typed = line.partition(":")
        key = key.strip().lower().replace("-", "_")
        if not colon:
            _mistake(
                form, number, f"'{line.strip()}' is not a key with a value; write 'key: value', or '> ' and the quote."
            )
        elif (value := _read_value(typed)) is None:
            continue
        elif key in _LISTS:
            items = values.setdefault(key, [])
            if isinstance(items, list):
                items.append(value)
        elif key in values:
            _mistake(form, number, f"The key '{key}' is given twice in this block.")
        else:
            values[key] = value
    if any(line.strip() for line in quote):
        values["quote"] = "\n".join(quote)
    _keep(form, first, values)


def _keep(form: Form, line: int, values: dict[str, object]) -> None:
    """Keep what a block says: that the text is finished, or a statement."""
    done, finding = values.pop("done", "no"), values.pop("finding", None)
    if done not in {"yes", "no"}:
        _mistake(form, line, f"'{done}' is neither yes nor no; write 'done: yes' when the text is finished.")
    form.is_done = form.is_done or done == "yes"
    if finding is not None and not (isinstance(finding, str) and finding.isascii() and finding.isdigit()):
        _mistake(form, line, f"'{finding}' is not the number of a finding; remove the line to add a new one.")
        finding = None
    if values or finding is not None:
        form.blocks.append(Block(line, None if finding is None else int(str(finding)), values))


def _mistake(form: Form, line: int, sentence: str) -> None:
    form.mistakes.setdefault(line, []).append(sentence)


def _spelled(value: object) -> str:
    """Write one value so that ``_read_value`` returns it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    is_plain = text and text == text.strip() and "\n" not in text and not text.startswith('"')
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _read_value(typed: str) -> str | None:
    typed = typed.strip()
    if typed.startswith('"'):
        try:
            value = json.loads(typed, strict=False)
        except ValueError:
            # Words that begin with a quotation mark.
            return typed
        return value if isinstance(value, str) else typed
    return typed or None


def _comments(lines: Iterable[str]) -> Iterator[str]:
    return (f"# {line}".rstrip(" ") + "\n" for whole in lines for line in whole.split("\n"))


def _scope(text: Row) -> Iterator[str]:
    for issue in text["issues"]:
        yield f"issue {issue['issue']}: {issue['question']}"
        for position in issue["positions"]:
            yield f"    position {position['position']}: {position['label']}. {position['definition']}"


def _text(text: Row) -> Iterator[str]:
    yield from (str(text[name]) for name in ("title", "outlet", "byline", "published", "url") if text[name])
    yield ""
    yield text["body"]
