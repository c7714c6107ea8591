"""Collect what a web page says about its article: JSON-LD, then meta tags and other markup."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from stancedb.model.vocabulary import Access
from stancedb.reading.article.names import LONGEST_NAME, names_in
from stancedb.reading.article.particulars import UNMARKED, Candidates
from stancedb.reading.article.values import one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # lxml has no stubs of its own

_LINKED = {
    "title": "headline",
    "standfirst": "description",
    "published": "datePublished",
    "updated": "dateModified",
    "language": "inLanguage",
    "section": "articleSection",
    "url": "url",
}
_MOST_NODES = 1000
# Maximum depth of lists and objects around a name.
_DEEPEST = 32
_LD_WRAPPING = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*$")
_LD_COMMA = re.compile(r",(\s*[}\]])")
_META = {
    "title": ("og:title", "twitter:title", "citation_title", "parsely-title", "dc.title", "dcterms.title"),
    "standfirst": ("og:description", "description", "twitter:description", "dc.description"),
    "published": (
        "article:published_time",
        "article:published",
        "og:article:published_time",
        "datepublished",
        "date",
        "pubdate",
        "publish-date",
        "publish_date",
        "publication_date",
        "dc.date.issued",
        "dcterms.created",
        "dc.date",
        "parsely-pub-date",
        "sailthru.date",
        "citation_publication_date",
        "citation_date",
    ),
    "updated": (
        "article:modified_time",
        "article:modified",
        "og:updated_time",
        "datemodified",
        "last-modified",
        "dcterms.modified",
        "dc.date.modified",
    ),
    "language": ("og:locale", "content-language", "dc.language", "citation_language"),
    "section": ("article:section", "parsely-section", "sailthru.section", "section"),
    "url": ("og:url", "parsely-link"),
    "site": ("og:site_name", "application-name", "citation_journal_title"),
    "agency": ("agency", "news_agency", "article:agency", "source", "dc.source", "citation_publisher"),
}
_AUTHORS = ("citation_author", "author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator")
_TIMES = {"datepublished": "published", "datemodified": "updated"}


def collect(tree: HtmlElement, url: str | None = None) -> Candidates:
    """Collect what a parsed page says about its article; the tree is not changed.

    Args:
        tree: The page.
        url: URL where it was found, if known.
    """
    candidates = Candidates(url)
    said = _said_by_tags(tree)
    base = url or next((link.get("href") for link in tree.iter("base") if link.get("href")), None)
    base = base or "".join(said.get("og:url", [])[:1])
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical":
            candidates.add("url", "canonical", _joined(base, link.get("href")))
    _collect_linked_data(tree, candidates)
    _collect_marks(tree, said, candidates)
    return candidates


def _joined(base: str | None, written: str | None) -> str | None:
    try:
        return urljoin(base or "", written or "") if written else None
    except ValueError:
        return None


def _collect_linked_data(tree: HtmlElement, candidates: Candidates) -> None:
    """Collect what the JSON-LD of a page says about its article (https://schema.org/NewsArticle)."""
    nodes = [*_nodes(tree)]
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    for node in _of_the_article([node for node in nodes if _is_a(node, "Article", "BlogPosting")]):
        for name, key in _LINKED.items():
            candidates.add(name, "json-ld", _first_text(node.get(key)))
        candidates.add("title", "json-ld", _first_text(node.get("name")))
        candidates.add("authors", "json-ld", "; ".join(_names(node.get("author") or node.get("creator"), known)))
        candidates.add("site", "json-ld", "; ".join(_names(node.get("publisher"), known)))
        for key in ("sourceOrganization", "creditText", "provider"):
            candidates.add("agency", f"json-ld {key}", "; ".join(_names(node.get(key), known)))
        page = node.get("mainEntityOfPage")
        candidates.add("url", "json-ld mainEntityOfPage", page.get("@id") if isinstance(page, dict) else page)
        if str(node.get("isAccessibleForFree")).rpartition("/")[2].lower() == "false":
            candidates.add("access", "json-ld", Access.EXCERPT)
    for node in nodes:
        if _is_a(node, "WebPage"):
            for name in ("published", "updated", "language"):
                candidates.add(name, "json-ld page", _first_text(node.get(_LINKED[name])))


def _first_text(value: object) -> str | None:
    """Return a text, the first item of a list, or the name that an object gives itself."""
    if isinstance(value, list):
        return next((text for one in value if (text := _first_text(one))), None) if len(value) < _MOST_NODES else None
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name") or value.get("@value")
    if isinstance(value, int) and not isinstance(value, bool):
        # A year may be given without quotes.
        return str(value)[:LONGEST_NAME]
    return value if isinstance(value, str) else None


def _nodes(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield the JSON-LD objects of a page, including those in lists, in ``@graph`` and in ``mainEntity``."""
    count = 0
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        waiting = deque([_json(script.text or "")])
        while waiting and count < _MOST_NODES:
            count += 1
            node = waiting.popleft()
            if isinstance(node, list):
                waiting.extend(node)
            elif isinstance(node, dict):
                yield node
                waiting.extend(node[key] for key in ("@graph", "mainEntity") if key in node)


def _json(written: str) -> object:
    """Parse JSON as pages have it; if it is broken, try once more without the most common faults."""
    bare = _LD_WRAPPING.sub("", written).strip().rstrip(";")
    for read in (bare, _LD_COMMA.sub(r"\1", bare)):
        try:
            return json.JSONDecoder(strict=False).raw_decode(read)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _is_a(node: Mapping[str, Any], *endings: str) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and kind.endswith(endings) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _of_the_article(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first article that a page describes, and other descriptions of the same article.

    A page may also describe the articles that it links to, whose authors are not its own.
    """
    if not nodes:
        return []
    title = one_line(nodes[0].get("headline") or nodes[0].get("name"))
    others = [node for node in nodes[1:] if one_line(node.get("headline") or node.get("name")) in {title, None}]
    return [nodes[0], *others]


def _names(value: object, known: Mapping[str, Mapping[str, Any]], depth: int = 0) -> Iterator[str]:
    """Yield the names of persons and organisations; some pages put addresses where names belong."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value[:_MOST_NODES]:
            yield from _names(one, known, depth + 1)
    elif isinstance(value, dict):
        named = value if "name" in value else known.get(str(value.get("@id")), {})
        yield from _names(named.get("name"), known, depth + 1)
    elif isinstance(value, str) and value.strip() and "://" not in value:
        yield value.strip()


def _said_by_tags(tree: HtmlElement) -> dict[str, list[str]]:
    """Return the contents of the meta tags, by name in lower case."""
    said: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        content = meta.get("content") or ""
        if content.strip():
            said.setdefault(name.lower(), []).append(content)
    return said


def _collect_marks(tree: HtmlElement, said: Mapping[str, list[str]], candidates: Candidates) -> None:
    """Collect what the meta tags, the headline and other markup of a page say."""
    candidates.add("language", "html", tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"))
    for name, keys in _META.items():
        for key in keys:
            for value in said.get(key, ())[:1]:
                candidates.add(name, key, value)
    for key in _AUTHORS:
        if names_in("; ".join(said.get(key, ()))):
            candidates.add("authors", key, "; ".join(said[key]))
    if "locked" in [value.lower() for value in said.get("article:content_tier", ())]:
        candidates.add("access", "article:content_tier", Access.EXCERPT)
    headings = [heading for heading in tree.iter("h1") if one_line(heading.text_content())]
    if len(headings) == 1:
        candidates.add("title", "h1", headings[0].text_content())
    _collect_times(tree, candidates)


def _collect_times(tree: HtmlElement, candidates: Candidates) -> None:
    for time in tree.iter("time"):
        what = "datepublished" if time.get("pubdate") is not None else (time.get("itemprop") or "").lower()
        if what in _TIMES:
            candidates.add(_TIMES[what], "time", time.get("datetime"))
    unmarked = {time.get("datetime") for time in tree.iter("time") if time.get("datetime")}
    if len(unmarked) == 1:
        candidates.add("published", UNMARKED, unmarked.pop())
