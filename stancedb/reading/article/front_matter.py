"""Read the front matter of a Markdown file: fields that each occur once and have one value."""

from __future__ import annotations

import re
from collections.abc import Mapping

import yaml

from stancedb.errors import nearest_of
from stancedb.records.article import ArticleRecord
from stancedb.records.base import input_fields
from stancedb.refusals import Fault

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n((?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_MOST_BRACKETS = 500
# These come from the body or from the program, so front matter that names them means something else.
_NOT_IN_FRONT_MATTER = {"text", "raw_bytes", "raw_media_type", "extractor"}


class FrontMatterError(ValueError):
    """The front matter is invalid because of a fault on a line of the file."""

    def __init__(self, line: int | None, fault: Fault) -> None:
        self.line = line
        self.fault = fault
        super().__init__(str(fault))


def front_matter(raw: str) -> tuple[dict[str, object], str, int]:
    """Return the fields of the front matter, the body below it, and the number of lines above the body.

    Raises:
        FrontMatterError: It is not a list of known fields, each given once with one value.
    """
    found = _FRONT_MATTER.match(raw)
    if found is None:
        if re.match(r"---[ \t]*\r?\n", raw):
            raise FrontMatterError(1, Fault("front_matter_open", {}))
        return {}, raw, 0
    if found[1].count("[") + found[1].count("{") > _MOST_BRACKETS:
        # The parser takes quadratic time before it rejects the nesting.
        raise FrontMatterError(1, Fault("front_matter_too_deep", {}))
    try:
        node = yaml.compose(found[1], Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else None
        raise FrontMatterError(line, Fault("front_matter_not_yaml", {"problem": error.problem})) from error
    except yaml.YAMLError as error:
        raise FrontMatterError(None, Fault("front_matter_character", {})) from error
    except RecursionError as error:
        raise FrontMatterError(1, Fault("front_matter_too_deep", {})) from error
    if node is not None and not isinstance(node, yaml.MappingNode):
        raise FrontMatterError(2, Fault("front_matter_no_fields", {}))
    values: dict[str, object] = {}
    for name_node, value_node in node.value if node else ():
        name, value = _field(name_node, value_node, values)
        values[name] = value
    # A field that is named but left blank is absent.
    return {name: value for name, value in values.items() if value}, raw[found.end() :], found[0].count("\n")


def _field(name_node: yaml.Node, value_node: yaml.Node, seen: Mapping[str, object]) -> tuple[str, str]:
    line = name_node.start_mark.line + 2
    name = str(name_node.value) if isinstance(name_node, yaml.ScalarNode) else ""
    known = [known for known in input_fields(ArticleRecord) if known not in _NOT_IN_FRONT_MATTER]
    if name in seen:
        raise FrontMatterError(line, Fault("field_twice", {"key": name}))
    if name.startswith("x_"):
        return name, ""
    if name not in known:
        meant = nearest_of(name, known)
        code = "unknown_field" if meant else "unknown_field_of_many"
        raise FrontMatterError(line, Fault(code, {"name": name, "nearest": meant}))
    if not isinstance(value_node, yaml.ScalarNode):
        raise FrontMatterError(line, Fault("several_values", {}, name))
    return name, str(value_node.value)
