"""Reading articles: the metadata of a file, the frozen text, and what is rejected."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import unicodedata
from typing import TYPE_CHECKING, Any, Literal

import pytest
import trafilatura
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stancedb.errors import UnreadableInput
from stancedb.model.vocabulary import Access
from stancedb.reading.article import items
from stancedb.reading.article.completing import ArticleDefaults
from stancedb.reading.article.extraction import extract_html
from stancedb.reading.article.files import read_articles
from stancedb.reading.article.keeping import unpacked
from stancedb.reading.article.text import NORMALISATION, normalise_text
from stancedb.records.article import ArticleRecord
from stancedb.records.base import SLUG_PATTERN
from stancedb.records.checking import Read
from stancedb.records.slugs import slugify
from stancedb.refusals import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from stancedb.records.checking import Item

OUTLET = ArticleDefaults(outlet="herald")
PARAGRAPHS = [
    "The minister told the committee on Tuesday that the government would not change its view of the strait.",
    "Asked whether an attack could warrant a military response, she said that it would depend on what happened.",
    "“We will decide when the time comes,” she said, and added that the café talks would go on.",
    "The opposition asked her to take the remark back; she declined to do so and left the room without a word.",
]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
LINKED_DATA = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Organization", "name": "The Herald"},
        {
            "@type": ["NewsArticle", "Thing"],
            "headline": "Minister keeps her view &amp; leaves",
            "description": "She declined to take it back.",
            "datePublished": "2025-11-25T23:30:00-05:00",
            "author": [{"@type": "Person", "name": "Jane Roe"}, {"name": "https://example.org/x"}, "John Doe"],
            "isAccessibleForFree": False,
            "articleSection": ["World", "Asia"],
            "inLanguage": "en-GB",
        },
    ],
}


def page(head: str = "", body: str = BODY, lang: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head>{head}</head><body><nav><a href="/">Home</a></nav>'
        f"<article>{body}</article><footer>Imprint</footer></body></html>"
    )


def linked(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(*paths: Path | Literal["-"], **more: Any) -> list[Item[ArticleRecord]]:
    return [*read_articles(paths, **{"defaults": OUTLET, **more})]


def the_article(items: list[Item[ArticleRecord]]) -> ArticleRecord:
    [item] = items
    assert isinstance(item, Read), str(item)
    return item.record


def the_reason(items: list[Item[ArticleRecord]], path: Path) -> str:
    [item] = items
    assert isinstance(item, Refusal)
    return str(item).removeprefix(str(path)).removeprefix(": ").removeprefix(", ")


# --- The normal form


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\ufeffa\r\nb\r\n", "a\nb"),
        ("a  \t\n\n b \u00a0\n", "a\n\n b"),
        ("\n \n  a\n \n", "  a"),
        ("a\tb", "a\tb"),
        ("“a” — b…", "“a” — b…"),
        ("ﬁ ½ Ａ", "ﬁ ½ Ａ"),  # noqa: RUF001 - compatibility characters must stay as they are
    ],
)
def test_the_normal_form_changes_line_ends_and_edges_and_nothing_else(raw: str, text: str) -> None:
    assert NORMALISATION == "nfc-lf/1"
    assert normalise_text(raw) == (text, [])


def test_what_nfc_changes_is_noted() -> None:
    assert normalise_text("cafe\u0301 \u1112\u1161\u11ab x") == ("café 한 x", ["NFC changed 5 characters"])


@pytest.mark.parametrize("character", ["\0", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\r"])
def test_control_characters_are_refused_with_their_line(character: str) -> None:
    with pytest.raises(ValueError, match=r"^Found ") as caught:
        normalise_text(f"a\nb{character}c")
    assert getattr(caught.value, "line", None) == 2


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t")))
@settings(deadline=None)
def test_the_normal_form_of_the_normal_form_is_itself(raw: str) -> None:
    text, _ = normalise_text(raw)
    assert normalise_text(text) == (text.removeprefix("\ufeff").strip("\n"), []) or text.startswith("\ufeff")
    assert unicodedata.is_normalized("NFC", text)


def test_many_spaces_take_no_time() -> None:
    assert normalise_text(" " * 1_000_000 + "x")[0].endswith("x")


# --- Slugs


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Minister keeps her view & leaves", "minister-keeps-her-view-leaves"),
        ("Taiwán: ¿qué pasa?", "taiwan-que-pasa"),
        ("Straße nach Łódź, Ærø", "strasse-nach-lodz-aero"),
        ("a_b--c", "a-b-c"),
        ("word " * 60, "-".join(["word"] * 20)),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_slug_is_ascii(words: str, slug: str) -> None:
    assert slugify(words) == slug


def test_titles_without_ascii_letters_are_told_apart_by_their_text() -> None:
    digest = hashlib.sha256("本文".encode()).hexdigest()[:12]
    assert slugify("高市首相", text="本文") == f"text-{digest}"
    assert slugify("高市 2025", text="本文") == f"2025-{digest}"
    assert slugify("高市首相") != slugify("石破首相")
    assert slugify("") == slugify("")


@given(st.text(max_size=300))
@settings(deadline=None)
def test_every_slug_fits_the_pattern(words: str) -> None:
    assert re.fullmatch(SLUG_PATTERN, slugify(words))


# --- Plain text


def test_a_text_file_takes_title_day_and_id_from_its_name_when_its_first_line_is_a_paragraph(tmp_path: Path) -> None:
    path = write(tmp_path, "trump-takaichi_call-2025-11-25.txt", "\n".join(PARAGRAPHS))
    article = the_article(read(path))
    assert article.title == "Trump takaichi call 2025-11-25"
    assert (article.published, article.id) == ("2025-11-25", "trump-takaichi-call-2025-11-25")
    assert article.text == "\n".join(PARAGRAPHS)
    assert (article.outlet, article.language, article.kind, article.extractor) == ("herald", "en", "news", "plain/1")


def test_what_was_read_is_kept_whole_but_for_the_raw_bytes(tmp_path: Path) -> None:
    [item] = read(write(tmp_path, "a.html", page(linked(LINKED_DATA))))
    assert isinstance(item, Read)
    assert isinstance(item.original, dict)
    assert item.original["text"] == item.record.text
    assert "raw" not in item.original


def test_a_short_first_line_is_the_title_and_stays_in_the_text(tmp_path: Path) -> None:
    article = the_article(read(write(tmp_path, "a.txt", "Minister keeps her view\n\nShe said so.\n")))
    assert (article.title, article.text) == ("Minister keeps her view", "Minister keeps her view\n\nShe said so.")


@pytest.mark.parametrize("text", ["Only one line", "She said so.\nAnd left.", "x" * 200 + "\ny"])
def test_a_first_line_that_is_not_a_title_is_ignored(tmp_path: Path, text: str) -> None:
    assert the_article(read(write(tmp_path, "the file.txt", text))).title == "The file"


def test_the_command_line_goes_before_the_name_of_a_file(tmp_path: Path) -> None:
    path = write(tmp_path, "a-2025-11-25.txt", "Short line\nText.")
    given_fields: dict[str, Any] = {
        "outlet": "herald",
        "language": "ja",
        "published": "2025-11-24",
        "kind": "transcript",
        "title": "Given",
        "url": "https://example.org/a",
        "id": "given",
    }
    article = the_article(read(path, defaults=ArticleDefaults(**given_fields)))
    assert {name: getattr(article, name) for name in given_fields} == given_fields


def test_without_an_outlet_an_article_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Text")
    assert the_reason(read(path, defaults=ArticleDefaults()), path) == "outlet: Required. Add --outlet SLUG."


def test_a_day_that_the_calendar_does_not_have_is_not_taken_from_a_name(tmp_path: Path) -> None:
    assert the_article(read(write(tmp_path, "a-2025-13-01-12025-01-011.txt", "Text"))).published is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"\n  \n", "The file is empty."),
        (b"a\nb\x00", "line 2: Found a NUL character, which text cannot contain. Remove it."),
        (b"a\x1b[0m", "line 1: Found the control character U+001B. Remove it."),
        (b"\x89PNG\r\n\x1a\n\0\0", "The file is not text; it looks like a PNG image."),
        (b"\x1f\x8b\x08\0", "The file is not text; it looks like a gzip file; unpack it with gunzip."),
        ("Été\n".encode("latin-1"), "Line 1 is not UTF-8 (byte 0xc9); as "),
        ("Text".encode("utf-16-le"), "The file looks like UTF-16 without a byte order mark. Use --encoding utf-16-le."),
        ("\ufeff \n".encode(), "text: The text is blank. An article needs a text."),
    ],
)
def test_a_text_that_cannot_be_read_is_one_refusal(tmp_path: Path, content: bytes, reason: str) -> None:
    path = write(tmp_path, "a.txt", content)
    assert the_reason(read(path), path).startswith(reason)


def test_other_encodings_are_read_by_mark_or_by_name(tmp_path: Path) -> None:
    assert the_article(read(write(tmp_path, "a.txt", "“高市”".encode("utf-16")))).text == "“高市”"
    latin = write(tmp_path, "b.txt", "“Été”".encode("cp1252"))
    assert the_article(read(latin, encoding="cp1252")).text == "“Été”"


def test_nfc_is_applied_and_noted(tmp_path: Path) -> None:
    [item] = read(write(tmp_path, "a.txt", "cafe\u0301"))
    assert isinstance(item, Read)
    assert (item.record.text, item.notes) == ("café", ("NFC changed 2 characters",))


# --- Markdown


def test_front_matter_is_read_as_text_and_the_body_stays_as_it_is(tmp_path: Path) -> None:
    front = "title: 'No: way'\nlanguage: no\npublished: 2025-11-22\nsection: 1:30\nbyline:\nx_tags: [a, b]\n"
    path = write(tmp_path, "a.md", f"---\n{front}---\n\n# Head\n\n*Text* [x](y)\n")
    article = the_article(read(path))
    assert article.model_dump(exclude_unset=True, exclude={"id", "outlet"}) == {
        "title": "No: way",
        "text": "# Head\n\n*Text* [x](y)",
        "language": "no",
        "published": "2025-11-22",
        "section": "1:30",
    }


def test_markdown_without_front_matter_takes_its_title_from_the_heading(tmp_path: Path) -> None:
    article = the_article(read(write(tmp_path, "a.md", "## The heading\n\nText")))
    assert (article.title, article.text) == ("The heading", "## The heading\n\nText")


def test_empty_front_matter_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    assert the_article(read(write(tmp_path, "a.md", "---\r\n---\r\nText\r\n"))).text == "Text"
    assert the_article(read(write(tmp_path, "b.md", "---\r\ntitle: x\r\n...\r\nText\r\n"))).title == "x"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("---\npubished: 2025\n---\nText", "line 2: Unknown field 'pubished'. Did you mean 'published'?"),
        ("---\nzzz: 2025\n---\nText", "line 2: Unknown field 'zzz'. To have it ignored, begin its name with x_."),
        ("---\nraw: x\n---\nText", "line 2: Unknown field 'raw'."),
        ("---\ntext: x\n---\nText", "line 2: Unknown field 'text'."),
        ("---\ntitle: a\ntitle: b\n---\nText", "line 3: Duplicate field 'title'. Keep one."),
        (
            "---\n\ntitle: a: b\n---\nText",
            "line 3: The front matter is not valid YAML: mapping values are not allowed here",
        ),
        ("---\ntitle: [a]\n---\nText", "line 2: title: Found several values; expected one text."),
        ("---\n- a\n---\nText", "line 2: The front matter must consist of lines such as 'title: …'."),
        ("---\ntitle: a\nText", "line 1: The front matter has no closing '---' line."),
        ("---\n? [a]\n: b\n---\nText", "line 2: Unknown field ''."),
        ("---\ntitle: \x00\n---\nText", "The front matter contains a character that YAML does not allow."),
        ("---\ntitle: a\n---\n\n", "text: The text is blank. An article needs a text."),
        ("---\ntitle: a\n---\n\na\x00", "line 5: Found a NUL character"),
        ("---\npublished: 22/11/2026\n---\nText", "published: '22/11/2026' is ambiguous"),
        ("---\nx_a: " + "[" * 20_000 + "\n---\nText", "line 1: The front matter is nested too deeply."),
    ],
)
def test_bad_front_matter_is_refused_with_the_line(tmp_path: Path, content: str, reason: str) -> None:
    path = write(tmp_path, "a.md", content)
    assert the_reason(read(path), path).startswith(reason)


# --- Web pages


def test_a_page_is_extracted_with_the_metadata_of_its_json_ld(tmp_path: Path) -> None:
    head = (
        '<title>Another title | Herald</title><meta property="og:title" content="Third title">'
        '<meta property="article:published_time" content="2020-01-01">'
        '<link rel="canonical" href="https://www.example.org/a?id=7">' + linked(LINKED_DATA)
    )
    path = write(tmp_path, "saved.html", page(head))
    article = the_article(read(path))
    for paragraph in PARAGRAPHS:
        assert paragraph in article.text
    assert "Imprint" not in article.text
    assert article.title == "Minister keeps her view & leaves"
    assert article.standfirst == "She declined to take it back."
    assert article.byline == "Jane Roe, John Doe"
    assert article.published == "2025-11-25"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2025-11-25T23:30:00-05:00"
    assert (article.section, article.access, article.language) == ("World", Access.EXCERPT, "en-GB")
    assert (article.url, article.id) == ("https://www.example.org/a?id=7", "saved")
    assert article.raw is not None
    assert unpacked(article.raw, article.raw_encoding) == path.read_bytes()
    assert article.raw_media_type == "text/html"
    assert article.extractor == f"trafilatura/{trafilatura.__version__}"


def test_without_json_ld_the_meta_tags_speak(tmp_path: Path) -> None:
    head = (
        '<meta property="og:title" content="Open &#8220;graph&#8221;"><meta name="description" content="Standfirst.">'
        '<meta name="author" content="Jane Roe"><meta property="article:author" content="https://example.org/jane">'
        '<meta property="article:published_time" content="2025-11-25 05:30:00+0900">'
        '<meta property="article:section" content="World"><meta property="og:url" content="https://example.org/b">'
        '<meta property="article:content_tier" content="locked">'
    )
    article = the_article(read(write(tmp_path, "a.html", page(head, lang="en_US"))))
    assert (article.title, article.standfirst, article.byline) == ("Open “graph”", "Standfirst.", "Jane Roe")
    assert (article.published, article.section, article.url) == ("2025-11-25", "World", "https://example.org/b")
    assert (article.language, article.access) == ("en-US", Access.EXCERPT)


def test_without_either_the_head_line_speaks(tmp_path: Path) -> None:
    article = the_article(read(write(tmp_path, "a.html", page(body="<h1>The  head\nline</h1>" + BODY))))
    assert article.title == "The head line"


def test_all_candidates_are_kept_with_their_origin() -> None:
    head = '<meta property="og:title" content="Third title">' + linked(LINKED_DATA)
    candidates = extract_html(page(head).encode()).candidates
    assert candidates["title"]["json-ld"] == "Minister keeps her view & leaves"
    assert candidates["title"]["og:title"] == "Third title"


def test_a_moment_without_an_offset_gives_a_day_only() -> None:
    data = {"@type": "NewsArticle", "datePublished": "2025-11-25T23:30:00"}
    found = extract_html(page(linked(data)).encode())
    assert (found.published, found.published_at) == ("2025-11-25", None)


def test_what_a_person_wrote_goes_before_a_day_that_was_guessed(tmp_path: Path) -> None:
    text = page(body=BODY + "<p>Published on 3 March 2019 by the agency, which added no more than this line.</p>")
    assert extract_html(text.encode()).published == "2019-03-03"
    assert the_article(read(write(tmp_path, "a-2025-11-25.html", text))).published == "2025-11-25"
    assert the_article(read(write(tmp_path, "a.html", text))).published == "2019-03-03"


def test_what_the_page_says_goes_before_the_command_line(tmp_path: Path) -> None:
    defaults = ArticleDefaults(outlet="herald", title="Given", language="fr", published="1999")
    article = the_article(read(write(tmp_path, "a.html", page(linked(LINKED_DATA))), defaults=defaults))
    assert (article.title, article.language) == ("Minister keeps her view & leaves", "en-GB")
    assert article.published == "2025-11-25"


def test_a_canonical_address_on_another_host_is_not_believed() -> None:
    text = page('<link rel="canonical" href="https://evil.example/a">').encode()
    assert extract_html(text, "https://www.example.org/b").url == "https://www.example.org/b"
    same = page('<link rel="canonical" href="/a?id=7">').encode()
    assert extract_html(same, "https://m.example.org/b").url == "https://m.example.org/a?id=7"


@pytest.mark.parametrize("href", ["javascript:alert(1)", "http://[", "//", "", "file:///etc/passwd"])
def test_an_invalid_address_is_left_out(href: str) -> None:
    assert extract_html(page(f'<link rel="canonical" href="{href}">').encode()).url is None


@pytest.mark.parametrize(
    "data",
    ["{", "[[[[", "null", '{"@type": 5}', '{"@type": "NewsArticle", "author": {"name": {"name": 1}}}', "[" * 100_000],
)
def test_broken_json_ld_does_no_harm(data: str) -> None:
    text = page(f'<script type="application/ld+json">{data}</script><meta property="og:title" content="T">')
    assert extract_html(text.encode()).title == "T"


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ('<meta charset="iso-8859-1">', "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', "cp1252"),
        ("<meta charset=utf-16>", "utf-8"),
        ("<meta charset=latin1>", "utf-8"),
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_declares(declaration: str, encoding: str) -> None:
    assert PARAGRAPHS[2] in extract_html(page(declaration).encode(encoding)).text


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "iso2022_jp", "gb18030", "big5"])
def test_pages_of_east_asia_are_read_in_the_encoding_that_they_declare(encoding: str) -> None:
    body = "".join(f"<p>海洋平和安定{number}、{'委員議' * 12}。</p>" for number in range(8))
    text = extract_html(page(f"<meta charset={encoding}>", body).encode(encoding)).text
    assert "海洋平和安定7、" in text


def test_a_page_that_declares_nothing_and_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.html", page().encode("cp1252"))
    assert "is not UTF-8 (byte 0x93)" in the_reason(read(path), path)
    assert PARAGRAPHS[2] in the_article(read(path, encoding="cp1252")).text


def test_old_character_references_are_read_as_html_says() -> None:
    body = BODY + "<p>&#147;Never&#148;, she said to the members of the committee &#x96; and again to the press.</p>"
    text = extract_html(page(body=body).encode()).text
    assert "“Never”, she said to the members of the committee – and again to the press." in text  # noqa: RUF001 - the dash


@pytest.mark.parametrize("content", ["<html></html>", "<!-- -->", "<?xml version='1.0'?>"])
def test_a_page_without_an_article_is_refused(tmp_path: Path, content: str) -> None:
    path = write(tmp_path, "a.html", content)
    assert the_reason(read(path), path) == (
        "text: No article text was found in the page. Save the text as .txt and load that file."
    )


def test_a_page_with_hardly_any_text_is_noted(tmp_path: Path) -> None:
    [item] = read(write(tmp_path, "a.html", page(body="<p>Subscribe to read on.</p>")))
    assert isinstance(item, Read)
    assert item.notes == (
        f"Only {len(item.record.text)} characters of text were found. Check that the article is complete.",
    )


def test_a_page_with_an_xml_declaration_is_read() -> None:
    text = '<?xml version="1.0" encoding="iso-8859-1"?>' + page()
    assert PARAGRAPHS[2] in extract_html(text.encode("cp1252")).text


def test_an_image_named_as_a_page_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.html", b"\x89PNG\r\n\x1a\n\0\0")
    assert the_reason(read(path), path) == "The file is not text; it looks like a PNG image."


def test_a_page_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "LARGEST_PAGE", 100)
    path = write(tmp_path, "a.html", page())
    assert "the limit for an article" in the_reason(read(path), path)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    head = '<base href="https://example.org/"><link rel="stylesheet" href="https://example.org/a.css">'
    assert extract_html(
        page(head, BODY + '<img src="https://example.org/a.png">').encode(), "https://example.org/a"
    ).text


# --- JSON Lines and CSV


def test_json_lines_are_brought_into_the_normal_form(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "title": "A", "text": "\n one \r\n two  \n", "schema": "stancedb.article/1", "language": "no"},
        {"id": "b", "title": "B", "text": "cafe\u0301", "outlet": "courier"},
    ]
    first, second = read(write(tmp_path, "a.jsonl", "".join(json.dumps(line) + "\n" for line in lines)))
    assert isinstance(first, Read)
    assert isinstance(second, Read)
    assert (first.line, first.record.text, first.record.outlet, first.record.language) == (
        1,
        " one\n two",
        "herald",
        "no",
    )
    assert (second.record.text, second.record.outlet) == ("café", "courier")
    assert second.notes == ("NFC changed 2 characters",)


def test_json_lines_need_an_id_each(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", '{"title": "A", "text": "x"}\n')
    assert the_reason(read(path), path) == "line 1: id: Required. Every article of a list needs its own."


def test_a_blank_text_in_json_lines_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", '{"id": "a", "title": "A", "text": " \\n "}\n')
    assert the_reason(read(path), path) == "line 1: text: The text is blank. An article needs a text."


def test_articles_are_read_from_csv_too(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'id;title;text\na;A;"one\ntwo"\n')
    assert the_article(read(path)).text == "one\ntwo"


def test_what_cannot_be_decoded_ends_a_file_with_a_refusal(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", b'{"id": "a", "title": "A", "text": "x"}\n{"id": "\xe9"}\n')
    first, second = read(path)
    assert isinstance(first, Read)
    assert "Line 2 is not UTF-8" in str(second)


def test_an_id_on_the_command_line_names_one_article_only(tmp_path: Path) -> None:
    paths = [write(tmp_path, name, "Text") for name in ("a.txt", "b.txt")]
    first, second = read(*paths, defaults=ArticleDefaults(outlet="herald", id="one"))
    assert isinstance(first, Read)
    assert str(second) == f"{paths[1]}: id: --id applies to a single article. Load each article separately."


# --- Folders and standard input


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.HTML", ".hidden.txt"):
        write(tmp_path, name, page() if name.endswith("HTML") else "Text")
    (tmp_path / "z").mkdir()
    write(tmp_path / "z", "a.txt", "Text")
    assert [str(item) if isinstance(item, Refusal) else item.record.id for item in read(tmp_path)] == [
        "a",
        "b",
        "c",
        "z-a",
    ]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert the_reason(read(tmp_path), tmp_path) == "The folder contains no files that can be loaded."


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.txt", "There is no such file."),
        ("missing.html", "There is no such file."),
        ("missing", "There is no such file."),
        ("nul\0.txt", "The file name is invalid."),
    ],
)
def test_a_path_that_is_not_there_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    assert the_reason(read(tmp_path / name), tmp_path / name) == reason


def test_many_pages_are_read_by_several_processes_in_their_order(tmp_path: Path) -> None:
    for number in range(40):
        write(tmp_path, f"page-{number:02d}.html", page(f'<meta property="og:title" content="Title {number}">'))
        write(tmp_path, f"page-{number:02d}.txt", "Text")
    write(tmp_path, "page-39.html", b"\x89PNG\r\n\x1a\n")
    items = read(tmp_path)
    assert len(items) == 80
    assert [item.source for item in items] == sorted(str(path) for path in tmp_path.iterdir())
    assert [item.record.title for item in items if isinstance(item, Read)][74] == "Title 37"
    assert isinstance(items[78], Refusal)


def test_a_reader_that_stops_early_leaves_no_process_behind(tmp_path: Path) -> None:
    for number in range(30):
        write(tmp_path, f"page-{number:02d}.html", page())
    items = read_articles([tmp_path], defaults=OUTLET)
    for _ in range(18):
        assert isinstance(next(items), Read)
    items.close()  # type: ignore[attr-defined]  # it is a generator, though callers need only an iterator


class StandardInput:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize(
    ("content", "identifier"),
    [
        ('{"id": "a", "title": "A", "text": "x"}\n', "a"),
        (page(linked(LINKED_DATA)), "minister-keeps-her-view-leaves"),
        ("The head line\nText.", "the-head-line"),
        ("---\nid: b\ntitle: B\n---\nText.", "b"),
    ],
)
def test_standard_input_is_told_by_how_it_begins(
    monkeypatch: pytest.MonkeyPatch, content: str, identifier: str
) -> None:
    monkeypatch.setattr(sys, "stdin", StandardInput(content.encode()))
    assert the_article(read("-")).id == identifier


def test_a_text_on_standard_input_without_a_title_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", StandardInput(b"She said so."))
    [item] = read("-")
    assert str(item) == "standard input: title: Required. Add --title TITLE."


# --- Anything


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(["a.txt", "a.md", "a.html", "a.jsonl", "a.csv", "a.xml"]),
    st.sampled_from([None, "cp1252", "utf-16"]),
)
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arbitrary_bytes_are_articles_or_refusals_and_never_raise(
    tmp_path: Path, data: bytes, name: str, encoding: str | None
) -> None:
    for item in read(write(tmp_path, name, data), encoding=encoding):
        assert isinstance(item, (Read, Refusal))


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arbitrary_front_matter_never_raises(tmp_path: Path, front: str) -> None:
    data = f"---\n{front}\n---\nText".encode("utf-8", "surrogatepass")
    [item] = read(write(tmp_path, "a.md", data))
    assert isinstance(item, (Read, Refusal))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["@graph", "@type", "author", "name", "headline", "datePublished"]), inner
            )
        ),
        max_leaves=8,
    )
)
@settings(deadline=None, max_examples=60)
def test_arbitrary_json_ld_never_raises(data: object) -> None:
    markup = page(linked([{"@type": "NewsArticle", "author": data, "headline": data}, data])).encode()
    try:
        assert extract_html(markup).text
    except UnreadableInput:
        assert b"\0" in markup
