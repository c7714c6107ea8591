"""The front matter of a Markdown file: its fields, each given once and with one value."""

from __future__ import annotations

import re
from collections.abc import Mapping

import yaml

from stancedb.errors import nearest
from stancedb.records.article import ArticleRecord
from stancedb.records.base import input_fields

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n((?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_MOST_BRACKETS = 500
# These come from the body and from the program, so a front matter that names them means something else.
_NOT_IN_FRONT_MATTER = {"text", "raw_bytes", "raw_media_type", "extractor"}


class FrontMatterError(ValueError):
    """The front matter cannot be taken as it is; ``line`` is the one in the file, ``field`` the one in question."""

    def __init__(self, reason: str, line: int | None, field: str | None = None) -> None:
        self.line = line
        self.field = field
        super().__init__(reason)


def front_matter(raw: str) -> tuple[dict[str, object], str, int]:
    """Return the fields of the front matter, the body below it, and the number of lines above the body.

    Raises:
        FrontMatterError: It is no list of known fields, each given once and with one value.
    """
    found = _FRONT_MATTER.match(raw)
    if found is None:
        if re.match(r"---[ \t]*\r?\n", raw):
            raise FrontMatterError("the front matter has no '---' line at its end", 1)
        return {}, raw, 0
    if found[1].count("[") + found[1].count("{") > _MOST_BRACKETS:
        # The parser takes a time with the square of them before it finds them too many.
        raise FrontMatterError("the front matter is nested too deeply", 1)
    try:
        node = yaml.compose(found[1], Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else None
        reason = f"the front matter is not YAML: {error.problem}; a value with a colon or a quote mark needs quotes"
        raise FrontMatterError(reason, line) from error
    except yaml.YAMLError as error:
        raise FrontMatterError("the front matter holds a character that YAML does not allow", None) from error
    except RecursionError as error:
        raise FrontMatterError("the front matter is nested too deeply", 1) from error
    if node is not None and not isinstance(node, yaml.MappingNode):
        raise FrontMatterError("the front matter needs lines of the form 'title: …'", 2)
    values: dict[str, object] = {}
    for name_node, value_node in node.value if node else ():
        name, value = _field(name_node, value_node, values)
        values[name] = value
    # A field that is named and left blank is not given.
    return {name: value for name, value in values.items() if value}, raw[found.end() :], found[0].count("\n")


def _field(name_node: yaml.Node, value_node: yaml.Node, seen: Mapping[str, object]) -> tuple[str, str]:
    line = name_node.start_mark.line + 2
    name = str(name_node.value) if isinstance(name_node, yaml.ScalarNode) else ""
    known = [known for known in input_fields(ArticleRecord) if known not in _NOT_IN_FRONT_MATTER]
    if name in seen:
        raise FrontMatterError(f"the field '{name}' is given twice; keep one", line)
    if name.startswith("x_"):
        return name, ""
    if name not in known:
        offer = nearest(name, known) or "; begin its name with x_ to have it ignored"
        raise FrontMatterError(f"unknown field '{name}'{offer}", line)
    if not isinstance(value_node, yaml.ScalarNode):
        raise FrontMatterError("found several values, expected one text", line, name)
    return name, str(value_node.value)
