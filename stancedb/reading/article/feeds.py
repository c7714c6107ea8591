"""Read the entries of feeds: RSS 2.0 and its predecessors, RSS 1.0 and Atom.

A feed is not trusted: entities that it declares are refused, and nothing that it points to is fetched.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped]  # lxml has no stubs of its own
from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]  # as above

from stancedb.errors import UnreadableInput
from stancedb.reading.article.markup import note_of_struck, settle_edits
from stancedb.reading.article.particulars import Candidates, Particulars
from stancedb.refusals import SHOWN, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml.etree import _Element  # type: ignore[import-untyped]  # as above

FRAGMENT_EXTRACTOR = "fragment/2"

_ATOM = "http://www.w3.org/2005/Atom"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_NAMESPACES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    # Elements of these namespaces go by their bare names, because they have none in RSS 2.0.
    "http://purl.org/rss/1.0/": "",
    "http://purl.org/atom/ns#": "",
    _ATOM: "",
}
_ROOTS = {"rss", "feed", "RDF"}
LOOKS_LIKE_A_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_KEPT_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
_LONGEST_MADE_TITLE = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed.

    Attributes:
        line: Line of the file on which it begins.
        text: Its text, in full or as a summary.
        is_summary: Whether the feed gives only a summary.
        markup: HTML that the text was extracted from, if any.
        guid: Identifier of the entry in the feed.
        page: What the entry says about its article.
        notes: What was left out of the text.
    """

    line: int
    text: str
    is_summary: bool
    markup: str | None
    guid: str | None
    page: Particulars
    notes: tuple[str, ...] = ()


def read_feed(written: str, source: str) -> Iterator[Entry]:
    """Read the entries of a feed.

    Args:
        written: Content of the file, decoded.
        source: Name of the file, for refusals.

    Raises:
        UnreadableInput: It is not a feed, is not well-formed, or declares entities.
    """
    root = _parsed(written, source)
    _, name = _taken_apart(root.tag)
    if name not in _ROOTS:
        raise UnreadableInput.of(source, Fault("no_feed", {"kind": name[:SHOWN]}))
    channel = next((child for child in root if _name(child) == "channel"), root)
    # In RSS 1.0 the entries are siblings of the channel.
    holders = [channel] if channel is root else [channel, root]
    for holder in holders:
        for element in holder:
            if _name(element) in {"item", "entry"}:
                yield _entry(element, channel, root)


def _parsed(written: str, source: str) -> _Element:
    """Parse XML with its own entities, its DTD and network access disabled."""
    fault = None
    for text in (written, _ENTITY.sub(_as_character, written)):
        parser = etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_pis=True,
            remove_comments=True,
        )
        try:
            root = etree.fromstring(text.encode(), parser)
        except etree.XMLSyntaxError as error:
            # Feeds use HTML's named characters, which XML does not define; the second attempt has them replaced.
            fault = fault or error
            continue
        declared = root.getroottree().docinfo.internalDTD
        if declared is not None and any(True for _ in declared.iterentities()):
            raise UnreadableInput.of(source, Fault("own_entities", {}))
        return root
    if "<!ENTITY" in written:
        raise UnreadableInput.of(source, Fault("own_entities", {}))
    line = f" on line {fault.lineno}" if fault and fault.lineno else ""
    what = " ".join(str(fault.msg).partition(", line ")[0].split()) if fault and fault.msg else "cannot be parsed"
    raise UnreadableInput.of(source, Fault("not_xml", {"line": line, "fault": what}))


def _as_character(found: re.Match[str]) -> str:
    return found[0] if found[1] in _KEPT_ENTITIES else html.unescape(found[0]).replace("<", "&lt;")


def _name(element: _Element) -> str:
    """Return a name with the usual prefix of feeds, such as ``dc:creator``, whatever prefix the feed has."""
    if not isinstance(element.tag, str):
        return ""
    namespace, name = _taken_apart(element.tag)
    prefix = _NAMESPACES.get(namespace, "other" if namespace else "")
    return f"{prefix}:{name}" if prefix else name


def _taken_apart(tag: str) -> tuple[str, str]:
    """Return the namespace and name of a tag; an undeclared prefix stays in the name."""
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name


def _entry(element: _Element, channel: _Element, root: _Element) -> Entry:
    said: dict[str, list[_Element]] = {}
    for child in element:
        said.setdefault(_name(child), []).append(child)
    text, markup, struck = _content(_first(said, "content:encoded", "content"))
    summary, summary_markup, struck_in_summary = _content(_first(said, "description", "summary"))
    known_by = _first(said, "guid", "id")
    page = _candidates(element, said, channel, root)
    if text and summary and not text.startswith(summary[:_COMPARED]):
        page.add("standfirst", "summary", summary)
    return Entry(
        line=element.sourceline or 1,
        text=text or summary,
        is_summary=not text,
        markup=markup if text else summary_markup,
        guid=_plain(known_by) if known_by is not None else None,
        page=page.chosen(text or summary),
        notes=tuple(note_of_struck(struck if text else struck_in_summary)),
    )


# A summary that repeats the first words of the text is not a standfirst.
_COMPARED = 40


def _first(said: Mapping[str, list[_Element]], *names: str) -> _Element | None:
    return next((found for name in names for found in said.get(name, ())), None)


def _candidates(element: _Element, said: Mapping[str, list[_Element]], channel: _Element, root: _Element) -> Candidates:
    candidates = Candidates()
    base = element.base or root.get(f"{_XML}base") or _link(_children(channel, "link"))
    for key in ("feedburner:origLink", "link", "guid", "id"):
        found = [one for one in said.get(key, ()) if one.get("isPermaLink") != "false"]
        candidates.add("url", key, _joined(base if key == "link" else None, _link(found)))
    for name, keys in _KEYS.items():
        for key in keys:
            candidates.add(name, key, _plain(said[key][0]) if key in said else None)
    candidates.add("authors", "dc:creator", "; ".join(_people(said.get("dc:creator", ()))))
    candidates.add("authors", "author", "; ".join(_people(said.get("author", ()))))
    candidates.add("authors", "author of the feed", "; ".join(_people(_children(channel, "author"))))
    for place in (element, channel, root):
        candidates.add("language", f"xml:lang of {_name(place)}", place.get(f"{_XML}lang"))
    for key in ("language", "dc:language"):
        candidates.add("language", f"{key} of the feed", "".join(map(_plain, _children(channel, key)[:1])))
    return candidates


_KEYS = {
    "title": ("title", "dc:title"),
    "published": ("pubDate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created"),
    "updated": ("updated", "modified", "dcterms:modified"),
    "language": ("language", "dc:language"),
    "agency": ("source", "dc:source", "dc:publisher"),
}


def _children(element: _Element, name: str) -> list[_Element]:
    return [child for child in element if _name(child) == name]


def _plain(element: _Element) -> str:
    return "".join(element.itertext()).strip()


def _people(elements: Iterable[_Element]) -> Iterator[str]:
    """Yield the names of authors: the ``name`` element in Atom, ``address (name)`` in RSS."""
    for element in elements:
        named = _children(element, "name")
        written = _plain(named[0]) if named else _plain(element)
        found = re.fullmatch(r"\S+@\S+\s*\((.*)\)", written)
        yield found[1] if found else written


def _link(elements: Iterable[_Element]) -> str | None:
    """Return the URL of the page: the text in RSS; in Atom, the link to what the entry represents."""
    for element in elements:
        if element.get("href") and element.get("rel", "alternate") == "alternate":
            return str(element.get("href"))
        if element.text and element.text.strip():
            return str(element.text).strip()
    return None


def _joined(base: str | None, written: str | None) -> str | None:
    try:
        return urljoin(base or "", written) if written else None
    except ValueError:
        return None


# --- Texts ------------------------------------------------------------------------------------------------------------

_BLOCKS = {
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
}
_NO_TEXT = {"script", "style", "iframe", "noscript", "form", "button", "object", "template", "head", "svg"}


def _content(element: _Element | None) -> tuple[str, str | None, list[str]]:
    """Return the text of an element, the HTML it was extracted from, and the struck-out passages that were left out."""
    if element is None or element.get("src"):
        return "", None, []
    kind = (element.get("type") or "").lower()
    if kind == "xhtml" or len(element):
        for inner in element.iterdescendants():
            # XHTML may use a prefix, and HTML would not recognise the element.
            inner.tag = etree.QName(inner).localname
        etree.cleanup_namespaces(element)
        markup = "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)
        markup = html.escape(element.text or "", quote=False) + markup
    else:
        markup = element.text or ""
        is_plain = kind == "text" or (not kind and _taken_apart(element.tag)[0] == _ATOM) or "<" not in markup
        if is_plain:
            # Both Atom and RSS give plain text; RSS may have escaped it once more.
            return (markup if kind == "text" else html.unescape(markup)).strip(), None, []
    text, struck = text_of_fragment(markup)
    return text, markup, struck


def text_of_fragment(markup: str) -> tuple[str, list[str]]:
    """Return the whole text of an HTML fragment, one line per paragraph, heading and list item.

    Returns:
        The text, and the struck-out passages that were left out of it.
    """
    try:
        tree = document_fromstring(f"<div>{markup}</div>".encode(), parser=HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return "", []
    struck = settle_edits(tree)
    lines = [[""]]
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        is_skipped = not tag or any(above.tag in _NO_TEXT for above in (element, *element.iterancestors()))
        if event == "start" and not is_skipped:
            if tag in _BLOCKS or tag == "br":
                lines.append(["- "] if tag == "li" else [""])
            lines[-1].append(element.text or "")
        if event != "start":
            if tag in _BLOCKS:
                lines.append([""])
            elif tag in {"td", "th"}:
                lines[-1].append(" ")
            if not any(above.tag in _NO_TEXT for above in element.iterancestors()):
                lines[-1].append(element.tail or "")
    joined = (" ".join("".join(line).split()) for line in lines)
    return "\n".join(line for line in joined if line not in {"", "-"}), struck


def made_title(text: str) -> str:
    """Make a title from the first words of a text, for an entry without one."""
    first = text.partition("\n")[0]
    if len(first) <= _LONGEST_MADE_TITLE:
        return first
    return f"{first[:_LONGEST_MADE_TITLE].rpartition(' ')[0] or first[:_LONGEST_MADE_TITLE]}…"
