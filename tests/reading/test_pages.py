"""Articles from real pages and folders: metadata of pages, manifests, file names, feeds, many files at once."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime, tzinfo
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from unicodedata import normalize

import psycopg
import pytest

from stancedb.model.vocabulary import Access
from stancedb.reading.article.completing import ArticleDefaults
from stancedb.reading.article.extraction import Extracted, extract_html
from stancedb.reading.article.files import read_articles
from stancedb.reading.article.folders import NamePattern
from stancedb.reading.article.moments import moment
from stancedb.reading.article.names import names_in
from stancedb.reading.article.values import ImplausibleError, without_site
from stancedb.records.article import ArticleRecord, ManifestRecord
from stancedb.records.checking import Read
from tests.support.worlds import ARTICLE, ARTICLE_LINE, answer, done, invoker, jsonl

if TYPE_CHECKING:
    from tests.support.plugin import Run

pytest_plugins = ("tests.support.worlds",)


TEXT = (
    "The minister told the committee on Tuesday that the government would not change its view of the strait. "
    "Asked whether an attack could warrant a military response, she said that it would depend on what happened."
)


def page(head: str = "", text: str = TEXT, lang: str = "en") -> str:
    """Return a web page with its own article text."""
    return (
        f'<!doctype html><html lang="{lang}"><head>{head}</head><body><nav><a href="/">Home</a></nav><article>'
        f"<p>{text}</p><p>The opposition asked her to take the remark back; she declined.</p></article></body></html>"
    )


def meta(**said: str) -> str:
    """Return meta tags; two underscores in a name stand for a colon."""
    return "".join(f'<meta property="{name.replace("__", ":")}" content="{value}">' for name, value in said.items())


def linked(*data: object) -> str:
    """Return scripts of JSON-LD."""
    return "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in data)


def extract(head: str, **more: str) -> Extracted:
    """Return the metadata of a page."""
    return extract_html(page(head, **more).encode())


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world."""
    return invoker(small_url, tmp_path)


# --- The particulars of an article


def test_the_particulars_of_an_article_are_loaded_and_shown(run: Run, tmp_path: Path) -> None:
    line = {
        **ARTICLE_LINE,
        "id": "a",
        "text": "Another text.",
        "authors": ["Eva Falk", "Ada Bo"],
        "agency": "NTB",
        "section": "Energy",
        "updated_at": "2025-11-26T00:30:00+09:00",
    }
    sheet = tmp_path / "b.csv"
    sheet.write_text("id,outlet,title,text,authors,updated_on\nb,herald,B,Text of b.,Eva Falk|Ada Bo,2025-11-26\n")
    done(run("article", "load", jsonl(tmp_path / "a.jsonl", line), str(sheet)))

    shown = answer(run, "article", "show", "a")
    assert [shown[name] for name in ("authors", "agency", "section", "updated_on")] == [
        ["Eva Falk", "Ada Bo"],
        "NTB",
        "Energy",
        "2025-11-26",
    ]
    assert shown["updated_at"].startswith("2025-11-25T15:30:00")
    shown = answer(run, "article", "show", "b")
    assert [shown[name] for name in ("authors", "agency", "updated_on", "updated_at")] == [
        ["Eva Falk", "Ada Bo"],
        None,
        "2025-11-26",
        None,
    ]


def test_an_invalid_day_is_refused_with_an_example(run: Run, tmp_path: Path) -> None:
    refused = run("article", "load", jsonl(tmp_path / "a.jsonl", {**ARTICLE_LINE, "updated_on": 20251126}))

    assert refused.exit_code == 1
    assert "updated_on: Found 20251126; expected a day such as 2025-11-25." in refused.stderr


# --- What a page says of its article


def test_a_page_is_believed_in_json_ld_then_in_meta_tags() -> None:
    article = {
        "@type": "ReportageNewsArticle",
        "headline": "Strait &amp; view",
        "datePublished": "2025-11-25",
        "dateModified": "2025-11-26T09:00:00Z",
        "author": {"@id": "#jane"},
        "publisher": {"name": "The Herald"},
        "sourceOrganization": {"name": "Reuters"},
        "inLanguage": {"@type": "Language", "alternateName": "en-gb"},
        "mainEntityOfPage": {"@id": "https://herald.example/strait"},
        "isAccessibleForFree": "https://schema.org/False",
    }
    found = extract(
        linked([{"@graph": [article, {"@id": "#jane", "@type": "Person", "name": "By Jane Roe"}]}])
        + meta(og__title="Another", article__author="Somebody", article__published_time="2025-11-25T05:30:00+09:00")
        + meta(article__section="World", og__description="What she said.")
    )

    assert (found.title, found.standfirst, found.section) == ("Strait & view", "What she said.", "World")
    assert (found.authors, found.byline, found.agency) == (("Jane Roe",), "Jane Roe", "Reuters")
    assert (found.published, str(found.published_at)) == ("2025-11-25", "2025-11-25 05:30:00+09:00")
    assert (found.updated_on, str(found.updated_at)) == ("2025-11-26", "2025-11-26 09:00:00+00:00")
    assert (found.language, found.access) == ("en-GB", Access.EXCERPT)
    assert found.url == "https://herald.example/strait"
    assert found.notes == ()


def test_the_articles_that_a_page_links_to_say_nothing_of_this_one() -> None:
    own = {"@type": "NewsArticle", "headline": "Own"}
    linked_to = {"@type": "NewsArticle", "headline": "Other", "author": "Ada Bo", "datePublished": "2025-01-01"}
    found = extract(linked(own, linked_to, {**own, "datePublished": "2025-11-25"}))

    assert (found.title, found.authors, found.published) == ("Own", (), "2025-11-25")


@pytest.mark.parametrize(
    "broken",
    [
        '<!-- {"@type": "NewsArticle", "headline": "Own"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Own"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "Own",}',
        '{"@type": "NewsArticle", "headline": "Own"} }',
        '{"@type": "NewsArticle", "headline": "Own \\ud800"}',
        '{"@type": "NewsArticle", "headline": "<b>Own</b>\n"}',
    ],
)
def test_json_ld_that_is_nearly_right_is_read(broken: str) -> None:
    assert extract(f'<script type="application/ld+json">{broken}</script>').title == "Own"


def test_what_cannot_be_true_is_passed_over_with_a_note() -> None:
    found = extract(
        linked({"@type": "NewsArticle", "headline": "x" * 501, "datePublished": "2999-01-01"})
        + meta(og__title="Own", date="1970-01-01T00:00:00Z", pubdate="2025-11-25", og__url="https://herald.example/")
        + meta(og__updated_time="2025-11-24T00:00:00Z")
    )

    assert (found.title, found.published, found.url, found.updated_on) == ("Own", "2025-11-25", None, None)
    assert found.notes == (
        f"passed over title '{'x' * 100}…' (json-ld): 501 characters are too many",
        "passed over published '2999-01-01' (json-ld): this date is in the future",
        "passed over published '1970-01-01T00:00:00Z' (date): no article can have that date",
        "passed over url 'https://herald.example/' (og:url): it is the address of the whole site",
    )


@pytest.mark.parametrize(
    ("written", "day", "instant"),
    [
        ("2025-11-25T14:30:00.1234567+09:00", "2025-11-25", "05:30:00.123456"),
        ("2025-11-25 9:05 +0900", "2025-11-25", "00:05:00"),
        ("2025/11/25 14:30", "2025-11-25", None),
        ("2025-11-25T14:30:00Z[UTC]", "2025-11-25", "14:30:00"),
        ("20251125T143000Z", "2025-11-25", "14:30:00"),
        ("Tue, 25 Nov 2025 23:30:00 +0100", "2025-11-25", "22:30:00"),
        ("Tue, 25 Nov 2025 23:30:00 CET", "2025-11-25", None),
        ("25 Nov 2025", "2025-11-25", None),
        ("Tue Nov 25 19:20:36 CEST 2025", "2025-11-25", None),
    ],
)
def test_a_date_is_a_day_and_an_instant_only_with_an_offset(written: str, day: str, instant: str | None) -> None:
    found = moment(written)

    assert found is not None
    assert found.day == day
    assert (found.instant and found.instant.astimezone(UTC).time().isoformat()) == instant


@pytest.mark.parametrize("written", ["", "yesterday", "25/11/2025", "2025-13-01", "1764030000", "2025-11-25T99:00"])
def test_text_that_is_not_a_date_is_ignored(written: str) -> None:
    assert moment(written) is None


@pytest.mark.parametrize("written", [f"{datetime.now(UTC).year + 1}-12-31", "0001-01-01", "1970-01-01"])
def test_a_date_that_no_article_has_is_implausible(written: str) -> None:
    with pytest.raises(ImplausibleError):
        moment(written)


@pytest.mark.parametrize(
    ("head", "lang", "language"),
    [
        (meta(og__locale="pt_br"), "", "pt-BR"),
        ("", "zh-hant-TW", "zh-Hant-TW"),
        ("", "jp", "ja"),
        (meta(og__locale="de_DE"), "und", "de-DE"),
        ("", "English", None),
    ],
)
def test_a_language_is_a_tag_in_its_usual_spelling(head: str, lang: str, language: str | None) -> None:
    assert extract(head, lang=lang).language == language


def test_a_page_that_names_no_language_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(page(meta(date="2025-11-25"), lang=""))
    [item] = read_articles([path], defaults=ArticleDefaults(outlet="herald"))
    assert isinstance(item, Read)
    assert item.notes == ("The file names no language, so en is used; set another with --language.",)


def test_a_standfirst_that_is_the_text_cut_off_is_ignored() -> None:
    assert extract(meta(description=f"{TEXT[:60]}...")).standfirst is None
    assert extract(meta(description=TEXT[:60])).standfirst == TEXT[:60].strip()


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("By Jane Roe and John Doe", ("Jane Roe", "John Doe")),
        ("Jane Roe, John Doe", ("Jane Roe", "John Doe")),
        ("Roe, Jane", ("Roe, Jane",)),
        ("Felix Grün und Eva Falk, dpa", ("Felix Grün", "Eva Falk", "dpa")),
        ("Jane Roe (jr); JANE ROE; https://x.example/jane; jane@x.example; herald.example; admin", ("Jane Roe",)),
        ("山田太郎、鈴木花子", ("山田太郎", "鈴木花子")),
        ("(Image: Agency)", ()),
        ("x" * 101, ()),
    ],
)
def test_authors_are_taken_apart(written: str, names: tuple[str, ...]) -> None:
    assert names_in(written) == names


def test_an_outlet_is_not_its_own_author_and_stays_in_the_byline() -> None:
    article = {"@type": "NewsArticle", "headline": "Own", "author": "AP", "publisher": {"name": "AP"}}
    found = extract(linked(article))
    assert (found.authors, found.byline, found.agency) == ((), "AP", "AP")
    assert extract(linked(article) + meta(author="Jane Roe")).authors == ("Jane Roe",)


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        (f"TOKYO (AP/Kyodo) — {TEXT}", "AP, Kyodo News"),
        (f"Berlin (dpa) - {TEXT}", "dpa"),
        (f"Shares of AP fell. {TEXT} (AP)", None),
    ],
)
def test_an_agency_is_known_by_the_dateline(text: str, agency: str | None) -> None:
    assert extract("", text=text).agency == agency


def test_a_title_loses_the_name_of_the_site_and_what_the_head_line_does_not_have() -> None:
    assert without_site("Own - The Herald", {"the herald"}) == "Own"
    assert without_site("Own | World | The Herald", (), {"Own | World | The Herald", "Own"}) == "Own"
    assert without_site("The Herald", {"The Herald"}) == "The Herald"


def test_a_day_made_out_from_the_text_is_noted(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "saved.html"
    path.write_text(page(text=f"{TEXT} Published on 3 March 2019 by the agency."))

    told = done(run("article", "load", "--outlet", "herald", path)).stderr

    assert "saved.html: The page states no date; 2019-03-03 was inferred from its text. Check it." in told


def test_a_page_is_loaded_with_its_particulars(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "saved.html"
    article = {
        "@type": "NewsArticle",
        "headline": "Own",
        "author": ["Jane Roe", "Ada Bo"],
        "datePublished": "2025-11-25",
    }
    path.write_text(page(linked({**article, "dateModified": "2025-11-26T09:00:00Z"})))

    done(run("article", "load", "--outlet", "herald", path))

    shown = answer(run, "article", "show", "saved")
    assert (shown["title"], shown["authors"], shown["updated_on"]) == ("Own", ["Jane Roe", "Ada Bo"], "2025-11-26")


# --- Folders, manifests and names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Provide a folder with texts at two depths, and with files that are not articles."""
    here = tmp_path / "texts"
    for name in ("a.txt", "at/a.txt", "at/b.html", "at/b_files/frame.html", ".git/c.txt", ".d.txt", "e.docx", "f.docx"):
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(text=f"{name} {TEXT}") if name.endswith("html") else f"Text of {name}.")
    (here / "link").symlink_to(here)
    return here


def articles(run: Run) -> dict[str, str]:
    """Return the titles of the articles other than that of the small world."""
    return {row["article"]: row["title"] for row in answer(run, "article", "list") if row["article"] != ARTICLE}


def test_a_folder_is_read_at_any_depth_and_what_is_left_out_is_counted(run: Run, folder: Path) -> None:
    told = done(run("article", "load", "--outlet", "herald", folder)).stderr

    assert [*articles(run)] == ["a", "at-a", "at-b"]
    assert (
        f"{folder}: Left out 2 hidden, 2 of the type .docx, 1 a folder with the parts of a page, 1 a link to a folder."
    ) in told


def test_a_manifest_lists_what_is_loaded_and_takes_precedence_over_files(run: Run, folder: Path) -> None:
    manifest = folder / "list.csv"
    manifest.write_text(
        "file,title,outlet,published,authors,updated_at\n"
        "at/b.html,By hand,herald,2025-11-25,Eva Falk|Ada Bo,2025-11-26T09:00:00Z\n"
        "a.txt,,herald,,,\n"
    )
    told = done(run("article", "load", folder, "--manifest", manifest)).stderr

    assert articles(run) == {"a": "A", "at-b": "By hand"}
    assert f"{folder}: 1 file is not in the manifest, so not loaded." in told
    shown = answer(run, "article", "show", "at-b")
    assert (shown["published"], shown["authors"], shown["updated_on"]) == (
        "2025-11-25",
        ["Eva Falk", "Ada Bo"],
        "2025-11-26",
    )


def test_a_manifest_is_refused_by_line(run: Run, folder: Path) -> None:
    lines = [
        {"file": "a.txt", "outlet": "herald"},
        {"file": "./a.txt", "outlet": "herald"},
        {"file": "missing.txt"},
        {"file": "../texts/a.txt"},
        {"file": "at/a.txt", "pubished": "2025"},
        {"file": "at/a.txt", "text": "Another text."},
        {"file": "nul\0.txt"},
    ]
    manifest = jsonl(folder / "list.jsonl", *lines)

    refused = run("article", "load", folder, "--manifest", manifest)

    assert refused.exit_code == 1
    for sentence in (
        "line 2: file: 'a.txt' is already listed on line 1.",
        f"line 3: file: There is no file 'missing.txt' in '{folder}'.",
        "line 4: file: '../texts/a.txt' is outside the folder",
        "line 5: Unknown field 'pubished'. Did you mean 'published'?",
        "line 6: Unknown field 'text'.",
        "line 7: file: Found a NUL character",
    ):
        assert sentence in refused.stderr
    assert articles(run) == {}


@pytest.mark.parametrize("on_disk", ["NFC", "NFD"])
@pytest.mark.parametrize("in_list", ["NFC", "NFD"])
def test_a_manifest_finds_a_file_however_its_letters_are_composed(
    run: Run, tmp_path: Path, *, on_disk: Literal["NFC", "NFD"], in_list: Literal["NFC", "NFD"]
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / normalize(on_disk, "K\u00f6ln.txt")).write_text("A call was held in Cologne.")
    manifest = jsonl(tmp_path / "list.jsonl", {"file": normalize(in_list, "K\u00f6ln.txt"), "outlet": "herald"})

    told = done(run("article", "load", folder, "--manifest", manifest)).stderr

    assert [*articles(run)] == ["koln"]
    assert "not in the manifest" not in told


def test_a_manifest_goes_with_one_folder(run: Run, folder: Path) -> None:
    refused = run("article", "load", folder / "a.txt", "--manifest", folder / "list.csv")

    assert (refused.exit_code, "A manifest requires exactly one folder" in refused.stderr) == (2, True)


def test_a_manifest_may_say_all_that_is_said_of_an_article() -> None:
    given = {"schema_", "text", "extractor", "raw", "raw_encoding", "raw_bytes", "raw_media_type"}
    assert {*ManifestRecord.model_fields} - {"file"} == {*ArticleRecord.model_fields} - given


def test_the_names_of_files_fill_in_what_they_do_not_say(run: Run, tmp_path: Path) -> None:
    for name in ("Herald_20251125_the-red-line.txt", "herald_2025-11_another_thing.txt"):
        (tmp_path / "texts").mkdir(exist_ok=True)
        (tmp_path / "texts" / name).write_text(f"Text of {name}.")
    pattern = ("--name-pattern", "{outlet}_{date}_{title}")
    done(run("article", "load", tmp_path / "texts", *pattern))

    rows = [row for row in answer(run, "article", "list") if row["article"] != ARTICLE]
    assert [(row["outlet"], row["published"], row["title"]) for row in rows] == [
        ("herald", "2025-11-25", "The red line"),
        ("herald", "2025-11", "Another thing"),
    ]
    (tmp_path / "texts" / "odd.txt").write_text("Text.")
    refused = run("article", "load", tmp_path / "texts", *pattern)
    assert refused.exit_code == 1
    assert "odd.txt: The file name does not match the pattern '{outlet}_{date}_{title}'." in refused.stderr


def test_a_pattern_reaches_into_folders() -> None:
    pattern = NamePattern("{outlet}/{any}-{date}")
    assert pattern.read(Path("texts/post/no 7-2025-11-25.txt")) == {"outlet": "post", "published": "2025-11-25"}
    assert pattern.read(Path("no 7-2025-11-25.txt")) is None


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("{outlett}_{date}", "Unknown field '{outlett}'. Did you mean 'outlet'?"),
        ("{title}_{title}", "The field '{title}' appears twice"),
        ("{any}", "The pattern '{any}' has no field"),
        ("{outlet}{title}", "are adjacent"),
    ],
)
def test_a_pattern_that_cannot_be_meant_is_refused(run: Run, folder: Path, pattern: str, fault: str) -> None:
    refused = run("article", "load", folder, "--name-pattern", pattern)

    assert (refused.exit_code, fault in refused.stderr) == (2, True)


# --- Feeds

SECOND = "<p>Second &amp; last.</p>"
RSS = f"""<?xml version="1.0" encoding="iso-8859-1"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:c="http://purl.org/dc/elements/1.1/">
<channel><title>The Herald</title><link>https://herald.example/</link><language>en-gb</language>
<item><title>Minister &amp;amp; caf\xe9</title><link>/a?id=7</link><c:creator>Jane Roe</c:creator>
<pubDate>Tue, 25 Nov 2025 23:30:00 +0900</pubDate><description>What she said.</description>
<content:encoded><![CDATA[<p>First <b>words</b>&nbsp;here.<br>New line.</p><script>x()</script>
<ul><li>One</li><li>Two</li></ul>{SECOND}]]></content:encoded></item>
<item><title>Summary</title><guid isPermaLink="false">no 8</guid><pubDate>Tue, 25 Nov 2025 23:30:00 CET</pubDate>
<author>jane@herald.example (Jane Roe)</author><description>AT&amp;amp;T said no.</description></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><author><name>Eva Falk</name></author>
<entry xml:lang="fr"><title type="html">&lt;i&gt;Un&lt;/i&gt; mot</title><id>tag:herald.example,2025:1</id>
<link rel="self" href="https://herald.example/1.atom"/><link href="https://herald.example/1.html"/>
<published>2025-11-25T10:00:00Z</published><updated>2025-11-26T10:00:00+01:00</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><h2>Kopf</h2>{SECOND}</div></content></entry>
<entry><title>Two</title><id>tag:herald.example,2025:2</id><author><name>Ada Bo</name></author>
<summary>Line one.
Line two.</summary></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>H</title><dc:language>ja</dc:language></channel>
<item><title>\u9ad8\u5e02</title><link>https://herald.example/rdf</link><dc:date>2025-11-25T10:00+09:00</dc:date>
<description>\u8981\u7d04\u3002</description></item></rdf:RDF>"""


def entries(tmp_path: Path, name: str, feed: str | bytes) -> list[Any]:
    """Return the results of reading a feed: records, and rejections as sentences."""
    path = tmp_path / name
    path.write_bytes(feed if isinstance(feed, bytes) else feed.encode())
    items = read_articles([path], defaults=ArticleDefaults(outlet="herald"))
    return [item.record if isinstance(item, Read) else str(item).removeprefix(f"{path}") for item in items]


def test_the_entries_of_rss_are_articles(tmp_path: Path) -> None:
    first, second = entries(tmp_path, "feed-2025-12-24.rss", RSS.encode("latin-1"))

    assert first.text == "First words here.\nNew line.\n- One\n- Two\nSecond & last."
    assert (first.title, first.standfirst, first.url) == (
        "Minister & caf\xe9",
        "What she said.",
        "https://herald.example/a?id=7",
    )
    assert (first.id, first.authors, first.language) == ("herald-example-a-id-7", ["Jane Roe"], "en-GB")
    assert (first.published, str(first.published_at)) == ("2025-11-25", "2025-11-25 23:30:00+09:00")
    assert (first.access, second.access) == (Access.FULL, Access.EXCERPT)
    assert (second.text, second.id, second.url, second.authors) == ("AT&T said no.", "no-8", None, ["Jane Roe"])
    assert (second.published, second.published_at) == ("2025-11-25", None)


def test_the_entries_of_atom_are_articles(tmp_path: Path) -> None:
    first, second = entries(tmp_path, "a.atom", ATOM)

    assert (first.title, first.text, first.authors) == ("Un mot", "Kopf\nSecond & last.", ["Eva Falk"])
    assert (first.url, first.language, str(first.updated_on)) == ("https://herald.example/1.html", "fr", "2025-11-26")
    assert (first.raw_media_type, first.access) == ("text/html", Access.FULL)
    assert (second.text, second.authors, second.language) == ("Line one.\nLine two.", ["Ada Bo"], "de")
    assert (second.access, second.published) == (Access.EXCERPT, None)


def test_the_entries_of_rss_1_are_articles(tmp_path: Path) -> None:
    [only] = entries(tmp_path, "a.xml", RDF)

    assert (only.title, only.text, only.url) == ("\u9ad8\u5e02", "\u8981\u7d04\u3002", "https://herald.example/rdf")
    assert (only.language, str(only.published_at)) == ("ja", "2025-11-25 10:00:00+09:00")


OWN_ENTITIES = ": The file declares XML entities. Feeds with entity declarations are rejected."
LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 8}">' for a, b in zip("bcdefgh", "cdefghi", strict=True))
    + "]><rss><channel><item><title>&i;</title><description>x</description></item></channel></rss>"
)


@pytest.mark.parametrize(
    ("feed", "reason"),
    [
        (LAUGHS, OWN_ENTITIES),
        (LAUGHS.replace("<title>&i;", '<title a="&i;">'), OWN_ENTITIES),
        ('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel>&x;</channel></rss>', OWN_ENTITIES),
        ('<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]><rss><channel/></rss>', OWN_ENTITIES),
        ("<rss><channel>\n<item></channel></rss>", ": Not well-formed XML on line 2"),
        ("<urlset><url/></urlset>", ": The file is XML of the type 'urlset'; expected RSS or Atom."),
        ('<!DOCTYPE r SYSTEM "r"><x:y>&none;</x:y>', ": The file is XML of the type 'x:y'; expected RSS or Atom."),
        ("<rss><channel/></rss>", ": The feed has no entries."),
        ("<rss><channel>\n<item><title>T</title></item></channel></rss>", ", line 2: text: The entry has no text"),
    ],
)
def test_an_invalid_or_harmful_feed_is_refused_in_a_sentence(tmp_path: Path, feed: str, reason: str) -> None:
    [sentence] = entries(tmp_path, "a.xml", feed)
    assert sentence.startswith(reason)


def test_the_named_characters_of_html_do_not_break_a_feed(tmp_path: Path) -> None:
    entry = "<item><title>A&nbsp;caf&eacute; &lt;x</title><description>y &hellip;</description></item>"
    [only] = entries(tmp_path, "a.rss", f"<rss><channel>{entry}</channel></rss>")
    assert (only.title, only.text) == ("A caf\xe9 <x", "y …")


def test_an_entry_without_a_title_gets_its_first_words(tmp_path: Path) -> None:
    feed = f"<rss><channel><item><description>{'word ' * 30}</description></item></channel></rss>"
    [only] = entries(tmp_path, "a.rss", feed)
    assert only.title == f"{'word ' * 15}word…"


def test_a_feed_is_loaded_by_a_command(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.rss"
    path.write_bytes(RSS.encode("latin-1"))
    done(run("article", "load", "--outlet", "herald", path))

    assert articles(run) == {"herald-example-a-id-7": "Minister & caf\xe9", "no-8": "Summary"}
    assert "nothing to change" in done(run("article", "load", "--outlet", "herald", path)).stderr


# --- Many pages


def test_many_pages_read_by_several_processes_are_what_one_process_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(22):
        (tmp_path / f"p{number:02}.html").write_text(page(meta(og__title=f"Title {number}", date="2999-01-01")))
    (tmp_path / "p03.txt").write_text("Text.")
    (tmp_path / "p07.html").write_text("<html></html>")

    def read() -> list[Any]:
        return [*read_articles([tmp_path], defaults=ArticleDefaults(outlet="herald"))]

    monkeypatch.setattr("os.cpu_count", lambda: 2)
    in_parallel = read()
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert in_parallel == read()
    assert len(in_parallel) == 23


# --- Packed pages


def test_a_page_packed_with_gzip_is_the_page_in_it(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    content = page(text=TEXT)
    (tmp_path / "texts" / "Herald_2025-11-25_one.html.gz").write_bytes(gzip.compress(content.encode()))
    (tmp_path / "texts" / "Herald_2025-11-25_one.html").write_text(content)
    two = gzip.compress(content[:99].encode()) + gzip.compress(content[99:].encode())
    (tmp_path / "texts" / "two.HTM.gz").write_bytes(two)
    items = [*read_articles([tmp_path / "texts"], defaults=ArticleDefaults(outlet="herald"))]
    whole, packed, parts = (item.record for item in items if isinstance(item, Read))

    assert packed == whole
    assert (parts.text, parts.raw, parts.id) == (whole.text, whole.raw, "two")


def test_the_name_of_a_packed_page_says_what_that_of_the_page_does(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "herald_2025-11-25_the-red-line.html.gz"
    path.write_bytes(gzip.compress(page(text=TEXT).encode()))
    done(run("article", "load", path, "--name-pattern", "{outlet}_{date}_{any}"))

    assert [*articles(run)] == ["herald-2025-11-25-the-red-line"]


def test_a_packed_page_is_not_believed(tmp_path: Path) -> None:
    whole = gzip.compress(page(text=TEXT).encode())
    bomb = gzip.compress(bytes(200 * 1024 * 1024), 9)
    files = {
        "bomb.html.gz": (bomb, "The content is larger than 32 MiB, the limit for an article."),
        "cut.html.gz": (whole[:-20], "The compressed content is incomplete."),
        "damaged.html.gz": (
            whole[:40] + b"????" + whole[44:],
            "The content is not compressed with gzip, although its header says so.",
        ),
        "empty.html.gz": (b"", "The file is empty."),
        "plain.html.gz": (
            page(text=TEXT).encode(),
            "The content is not compressed with gzip, although its header says so.",
        ),
    }
    for name, (content, _) in files.items():
        (tmp_path / name).write_bytes(content)
    refused = [*read_articles([tmp_path], defaults=ArticleDefaults(outlet="herald"))]

    assert [str(item) for item in refused] == [f"{tmp_path / name}: {reason}" for name, (_, reason) in files.items()]


def entry_feed(*entries: str) -> str:
    """Return an RSS feed of entries, each with a text of its own."""
    items = "".join(
        f"<item>{entry}<description>{TEXT} {number}: {entry.encode().hex()}</description></item>"
        for number, entry in enumerate(entries)
    )
    return f'<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'


def test_the_same_number_in_the_feeds_of_two_outlets_is_two_articles(run: Run, tmp_path: Path) -> None:
    done(run("outlet", "add", "post", "--name", "The Post"))
    for outlet in ("herald", "post"):
        path = tmp_path / f"{outlet}.rss"
        path.write_text(entry_feed(f"<title>In the {outlet}</title><guid>17</guid>"), encoding="utf-8")
        done(run("article", "load", "--outlet", outlet, path))

    outlets = {row["outlet"]: row["title"] for row in answer(run, "article", "list") if row["title"] != "The dam"}
    assert outlets == {"herald": "In the herald", "post": "In the post"}


def test_entries_of_one_title_and_two_days_are_two_articles(run: Run, tmp_path: Path) -> None:
    for day in ("03", "10"):
        path = tmp_path / f"{day}.rss"
        said = f"<title>Letters</title><pubDate>{day} Mar 2025 10:00:00 GMT</pubDate>"
        path.write_text(entry_feed(said), encoding="utf-8")
        done(run("article", "load", "--outlet", "herald", path))

    assert len([row for row in answer(run, "article", "list") if row["title"] == "Letters"]) == 2


def test_addresses_that_fold_to_one_id_are_not_taken_for_one_article(run: Run, tmp_path: Path) -> None:
    for number, path in enumerate(("a_b", "a-b")):
        file = tmp_path / f"{number}.rss"
        file.write_text(
            entry_feed(f"<title>{path}</title><link>https://herald.example/{path}</link>"), encoding="utf-8"
        )
        loaded = run("article", "load", "--outlet", "herald", file)

    assert loaded.exit_code == 1
    assert "taken from the file name, is already another article of 'herald'" in loaded.stderr


# --- Dates that are not whole


def dated(head: str = "", *, body: str = "", url: str | None = None) -> Extracted:
    """Return the date found on a page of three paragraphs."""
    whole = (
        f"<!doctype html><html lang=en><head><title>A dam</title>{head}</head><body><article><h1>A dam</h1>{body}"
        f"<p>{TEXT}</p><p>{TEXT} Once more.</p><p>The opposition asked her to take it back.</p></article></body></html>"
    )
    return extract_html(whole.encode(), url)


@pytest.mark.parametrize("partial", ["2021", "2021-03"])
@pytest.mark.parametrize(
    "place",
    [
        '<meta property="article:published_time" content="{}">',
        '<meta name="date" content="{}">',
        '<meta name="citation_publication_date" content="{}">',
        '<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{}"}}</script>',
        '<script type="application/ld+json">{{"@type": "WebPage", "datePublished": "{}"}}</script>',
    ],
)
def test_a_partial_date_of_a_page_stays_partial(place: str, partial: str) -> None:
    found = dated(place.format(partial))

    assert (found.published, found.published_at, found.notes) == (partial, None, ())


@pytest.mark.parametrize("partial", ["2021", "2021-03"])
def test_a_partial_date_of_a_time_element_stays_partial(partial: str) -> None:
    assert dated(body=f'<time itemprop="datePublished" datetime="{partial}">then</time>').published == partial
    assert dated(body=f'<time datetime="{partial}">then</time>').published == partial


def test_a_year_without_quotes_in_json_ld_is_a_year() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": 2021}</script>'
    assert dated(head).published == "2021"


@pytest.mark.parametrize(
    ("url", "published"),
    [
        ("https://herald.example/2021/03/a-dam", "2021-03"),
        ("https://herald.example/2021/03/05/a-dam", "2021-03-05"),
        ("https://herald.example/news/2021-03-05/a-dam.html", "2021-03-05"),
        ("https://herald.example/2021/13/a-dam", None),
        ("https://herald.example/articles/20210/3", None),
    ],
)
def test_an_address_says_no_more_than_it_says(url: str, published: str | None) -> None:
    found = dated(url=url)

    assert (found.published, found.guessed_from) == (published, published and "its address")


@pytest.mark.parametrize(
    ("printed", "published"),
    [
        ("Published 2021-03", "2021-03"),
        ("Published in March 2021", None),
        ("Published on 3 March 2021", "2021-03-03"),
        ("Published: March 3rd, 2021", "2021-03-03"),
        ("Posted 3 hours ago", None),
        ("Posted yesterday", None),
        ("Posted on 5 March", None),
        ("Copyright 2021", None),
    ],
)
@pytest.mark.parametrize("today", ["2026-11-03", "2026-11-30"])
def test_a_text_says_no_more_than_it_says_on_whatever_day_it_is_read(
    monkeypatch: pytest.MonkeyPatch, today: str, printed: str, published: str | None
) -> None:
    on_the_day(monkeypatch, today)

    assert dated(body=f"<p class='date'>{printed}</p>").published == published


def on_the_day(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """Set the current day for everything that infers dates."""

    class Today(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromisoformat(f"{day}T12:00:00").replace(tzinfo=tz)

        @classmethod
        def today(cls) -> Self:
            return cls.now()

        @classmethod
        def utcnow(cls) -> Self:
            return cls.now()

    for name in ("dateparser.parser", "dateparser.freshness_date_parser", "htmldate.extractors", "htmldate.settings"):
        if hasattr(module := import_module(name), "datetime"):
            monkeypatch.setattr(module, "datetime", Today)


@pytest.mark.parametrize("today", ["2026-11-12", "2026-11-30"])
def test_a_month_is_not_completed_from_the_day_of_loading(monkeypatch: pytest.MonkeyPatch, today: str) -> None:
    on_the_day(monkeypatch, today)
    found = dated('<meta property="article:published_time" content="2021-03">')

    assert (found.published, "2021-03-12" in str(found.candidates), "2021-03-30" in str(found.candidates)) == (
        "2021-03",
        False,
        False,
    )


def test_a_day_in_one_place_goes_before_its_month_in_another() -> None:
    assert dated(meta(date="2021-03", pubdate="2021-03-05T10:00:00Z", citation_date="2021")).published == "2021-03-05"
    assert dated(meta(date="2021-03", pubdate="2021-04-05")).published == "2021-03"


def test_a_last_change_of_a_month_is_noted() -> None:
    found = dated(meta(date="2021-03-05", og__updated_time="2021-04"))

    assert found.updated_on is None
    assert "passed over updated '2021-04': the last change must be a day" in found.notes


@pytest.mark.parametrize("name", ["date", "og:updated_time"])
@pytest.mark.parametrize("written", ["05/03/2021", "2021-02-30", "1614902400", "5. M\xe4rz 2021", "soon", "2021-W10"])
def test_a_date_that_is_not_understood_is_noted(written: str, name: str) -> None:
    field = "published" if name == "date" else "updated"
    found = dated(f'<meta name="{name}" content="{written}">')

    assert f"passed over {field} '{written}' ({name}): not understood as a date" in found.notes


@pytest.mark.parametrize(
    ("written", "day", "instant"),
    [
        ("03 Mar 09 10:00:00 +0100", "2009-03-03", "2009-03-03T09:00:00+00:00"),
        ("Tue, 3 Mar 09 10:00 EST", "2009-03-03", "2009-03-03T15:00:00+00:00"),
        ("Tue, 3 Mar 2009 10:00:00 PDT", "2009-03-03", "2009-03-03T17:00:00+00:00"),
        ("03 Mar 99 01:00:00 GMT", "1999-03-03", "1999-03-03T01:00:00+00:00"),
        ("03 Mar 50 01:00:00 UT", "1950-03-03", "1950-03-03T01:00:00+00:00"),
        ("03 Mar 109 10:00:00 Z", "2009-03-03", "2009-03-03T10:00:00+00:00"),
        ("03 Mar 2009 10:00:00 -0000", "2009-03-03", None),
        ("03 Mar 2009", "2009-03-03", None),
        ("Mar 2009", "2009-03", None),
        ("2009-03", "2009-03", None),
        ("2009-03-00", "2009-03", None),
        ("2009-00-00", "2009", None),
        ("March 3, 2009 1:30 PM", "2009-03-03", None),
        ("2009-03-03 11:30 pm", "2009-03-03", None),
    ],
)
def test_a_date_of_a_feed_is_read_as_far_as_it_goes(
    tmp_path: Path, written: str, day: str, instant: str | None
) -> None:
    feed = f"<item><title>T</title><description>{TEXT}</description><pubDate>{written}</pubDate></item>"
    [entry] = entries(tmp_path, "a.rss", f'<rss version="2.0"><channel>{feed}</channel></rss>')

    assert entry.published == day
    assert (entry.published_at and entry.published_at.astimezone(UTC).isoformat()) == instant


@pytest.mark.parametrize(
    ("element", "note"),
    [
        ("<pubDate>Di, 03 M\xe4r 2009 10:00:00 +0100</pubDate>", "(pubDate): not understood as a date"),
        ("<pubDate>03 Mar 49 10:00:00 GMT</pubDate>", "(pubDate): this date is in the future"),
        ("<pubDate>Tue, 03 Mar 2009 10:00:00 CET</pubDate>", "(pubDate) not understood: 'CET'; only the day is kept"),
        ("<pubDate>Tue, 31 Feb 2009 10:00:00 GMT</pubDate>", "(pubDate): not understood as a date"),
    ],
)
def test_what_is_not_understood_of_a_date_of_a_feed_is_noted(tmp_path: Path, element: str, note: str) -> None:
    path = tmp_path / "a.rss"
    feed = f"<item><title>T</title><description>{TEXT}</description>{element}</item>"
    path.write_text(f'<rss version="2.0"><channel>{feed}</channel></rss>', encoding="utf-8")
    [item] = read_articles([path], defaults=ArticleDefaults(outlet="herald"))

    assert isinstance(item, Read)
    assert len([said for said in item.notes if note in said]) == 1


@pytest.mark.parametrize("partial", ["2021", "2021-03"])
@pytest.mark.parametrize("name", ["published", "issued"])
def test_a_partial_date_of_atom_stays_partial(tmp_path: Path, name: str, partial: str) -> None:
    feed = f"<entry><title>T</title><content>{TEXT}</content><{name}>{partial}</{name}></entry>"
    [entry] = entries(tmp_path, "a.atom", f'<feed xmlns="http://www.w3.org/2005/Atom">{feed}</feed>')

    assert entry.published == partial


def test_a_partial_date_is_kept_and_shown(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(meta(article__published_time="2021-03")))

    done(run("article", "load", "--outlet", "herald", "--id", "a", path))

    assert answer(run, "article", "show", "a")["published"] == "2021-03"


# --- What the elements of a page say of its words


def extracted(body: str, lang: str = "en") -> Extracted:
    """Return the extracted text of a page whose article has these elements between two paragraphs."""
    whole = (
        f"<!doctype html><html lang={lang}><head><title>A dam</title></head><body><article><h1>A dam</h1>"
        f"<p>{TEXT} {TEXT}</p>{body}<p>Last. {TEXT} {TEXT}</p></article></body></html>"
    )
    return extract_html(whole.encode())


def lines_of(body: str, lang: str = "en") -> list[str]:
    """Return the lines that these elements become in the text."""
    text = extracted(body, lang).text
    return text.partition(f"{TEXT} {TEXT}\n")[2].partition("\nLast.")[0].split("\n")


EDITS = [
    ("would <del>support</del> <ins>oppose</ins> the dam", "would oppose the dam", "'support'"),
    ("will <strike>not</strike> vote for it", "will vote for it", "'not'"),
    ("will <s>not</s> vote for it", "will vote for it", "'not'"),
    ("will <s class='x'>not <b>ever</b></s> vote for it", "will vote for it", "'not ever'"),
    ("will <span style='color: red; text-decoration: line-through'>not</span> vote", "will vote", "'not'"),
    ("will <span style='text-decoration-line:line-through'>not</span> vote", "will vote", "'not'"),
    ("<del>not</del>", "", "'not'"),
]


@pytest.mark.parametrize(("printed", "kept", "struck"), EDITS)
def test_struck_out_words_of_a_page_are_left_out_with_a_note(printed: str, kept: str, struck: str) -> None:
    found = extracted(f"<p>She {printed}.</p>")

    assert " ".join(f"She {kept}.".split()).replace(" .", ".") in " ".join(found.text.split()).replace(" .", ".")
    assert f"left out 1 struck-out passage: {struck}" in found.notes


@pytest.mark.parametrize(("printed", "kept", "struck"), EDITS)
@pytest.mark.parametrize("form", ["escaped", "cdata", "xhtml", "prefixed"])
def test_struck_out_words_of_a_feed_are_left_out_with_a_note(
    tmp_path: Path, form: str, printed: str, kept: str, struck: str
) -> None:
    markup = f"<p>She {printed}.</p>"
    escaped = markup.replace("&", "&amp;").replace("<", "&lt;")
    prefixed = markup.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>{}</entry></feed>'
    namespace = "http://www.w3.org/1999/xhtml"
    feed = {
        "escaped": f"<rss><channel><item><title>T</title><description>{escaped}</description></item></channel></rss>",
        "cdata": atom.format(f'<content type="html"><![CDATA[{markup}]]></content>'),
        "xhtml": atom.format(f'<content type="xhtml"><div xmlns="{namespace}">{markup}</div></content>'),
        "prefixed": atom.format(f'<content type="xhtml"><x:div xmlns:x="{namespace}">{prefixed}</x:div></content>'),
    }[form]
    path = tmp_path / "a.xml"
    path.write_text(feed)
    [item] = read_articles([path], defaults=ArticleDefaults(outlet="herald", published="2021"))

    assert isinstance(item, Read)
    assert item.record.text.replace(" .", ".") == " ".join(f"She {kept}.".split()).replace(" .", ".")
    assert f"left out 1 struck-out passage: {struck}" in item.notes


@pytest.mark.parametrize("place", ['<meta property="og:title" content="{}">', "<h1>{}</h1>"])
def test_struck_out_words_are_not_part_of_a_title(place: str) -> None:
    title = "She will &lt;del&gt;not&lt;/del&gt; resign" if "meta" in place else "She will <del>not</del> resign"
    found = extract_html(f"<html><head></head><body>{place.format(title)}<article><p>{TEXT}</p></article>".encode())

    assert found.title == "She will resign"


def test_struck_out_words_are_not_part_of_values_in_json_ld() -> None:
    found = extract(linked({"@type": "NewsArticle", "headline": "A <s>b</s> c", "description": "D <del>e f</del> g"}))

    assert (found.title, found.standfirst) == ("A c", "D g")


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<p>She would <ins>oppose</ins> it.</p>", ["She would oppose it."]),
        ("<ins><p>She would oppose it, she said.</p></ins>", ["She would oppose it, she said."]),
        ("<p>He said <q>no dam</q>.</p>", ["He said \u201cno dam\u201d."]),
        ("<p>He said <q>no <b>dam</b></q>.</p>", ["He said \u201cno dam\u201d."]),
        ("<p>He said <q>she said <q>no</q> to me</q>.</p>", ["He said \u201cshe said \u2018no\u2019 to me\u201d."]),
        ("<p>He said <q>\u201cno dam\u201d</q>.</p>", ["He said \u201cno dam\u201d."]),
        ("<p>a<!-- -->b <!-- x -->c, <?php echo ?>d</p>", ["ab c, d"]),
        ("<p>On <time datetime='2021-03-05'>5 March</time> she left.</p>", ["On 5 March she left."]),
    ],
)
def test_what_is_put_in_or_quoted_is_kept(body: str, lines: list[str]) -> None:
    assert lines_of(body) == lines


def test_quotation_marks_are_those_of_the_language() -> None:
    assert lines_of("<p>Er sagte <q>nein</q>.</p>", "de") == ["Er sagte \u201enein\u201c."]
    assert lines_of("<p>Il a dit <q lang='en'>no</q>.</p>", "fr") == ["Il a dit \u201cno\u201d."]


def test_a_feed_quotes_and_puts_in_like_a_page(tmp_path: Path) -> None:
    words = "He said &lt;q&gt;no&lt;/q&gt; &lt;ins&gt;twice&lt;/ins&gt;.<!-- x -->"
    [entry] = entries(
        tmp_path, "a.rss", f"<rss><channel><item><description>{words} Yes.</description></item></channel></rss>"
    )

    assert entry.text == "He said \u201cno\u201d twice. Yes."


def test_the_paragraphs_of_a_page_made_by_react_are_whole() -> None:
    body = "".join(
        f"<p>Paragraph<!-- --> {number}<!-- --> of <!-- -->26 that the page of the paper<!-- --> prints.</p>"
        for number in range(26)
    )
    assert lines_of(body) == [f"Paragraph {number} of 26 that the page of the paper prints." for number in range(26)]


CELLS = [
    ("<ul><li>Opposes the dam in every case.</li></ul>", "Opposes the dam in every case."),
    ("<ol><li>First.</li><li>Second.</li></ol>", "- First. - Second."),
    ("Says: <ul><li>no</li></ul> and leaves", "Says: no and leaves"),
    ("<dl><dt>Dam</dt><dd>against</dd></dl>", "Dam against"),
    ("<ul><li>One<ul><li>inner</li></ul></li></ul>", "One inner"),
    ("<p>First.</p><p>Second.</p>", "First. Second."),
    ("<blockquote>Never.</blockquote>", "Never."),
]


@pytest.mark.parametrize(("cell", "words"), CELLS)
def test_a_list_in_a_cell_of_a_table_is_kept(cell: str, words: str) -> None:
    found = extracted(f"<table><tr><th>Party</th><th>Position</th></tr><tr><td>Green</td><td>{cell}</td></tr></table>")

    assert f"| Green | {words} |" in " ".join(found.text.split())
    assert found.notes == ()


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ("<figure><img src=x.jpg><figcaption>The dam in May.</figcaption></figure>", "(1 caption): 'The dam in May.'"),
        ("<figure><img src=x><figcaption><p>One</p></figcaption></figure>" * 2, "(2 captions): 'One', 'One'"),
        ("<table><tr><td>A</td><td><object>x</object><math>seven</math></td></tr></table>", "(1 table cell): "),
    ],
)
def test_what_a_page_prints_and_the_text_lacks_is_counted(body: str, note: str) -> None:
    assert any(f"The text lacks passages of the article on the page {note}" in said for said in extracted(body).notes)


@pytest.mark.parametrize(
    "body",
    [
        "<nav><p>Read more of what we have on this page</p></nav>",
        "<aside><p>Read more of what we have on this page</p></aside>",
        "<p hidden>Read more of what we have on this page</p>",
        "<p>Share</p>",
        "<table><caption>The parties</caption><tr><td>A</td><td>B</td></tr></table>",
    ],
)
def test_there_is_no_note_about_what_is_not_part_of_an_article_or_kept(body: str) -> None:
    assert extracted(body).notes == ()


# --- Captures, and what lies in folders


def captured(directory: Path, *texts: str, url: str = "https://herald.example/strait") -> Path:
    """Write captures of one URL into separate folders and return their parent."""
    folder = directory / "captures"
    for number, text in enumerate(texts):
        (folder / str(number)).mkdir(parents=True)
        head = f'<link rel="canonical" href="{url}">{meta(date="2025-11-25", og__title=f"Title {number}")}'
        (folder / str(number) / "page.html").write_text(page(head, text=f"{TEXT} {text}"))
    return folder


def versions(url: str) -> list[tuple[object, ...]]:
    """Return slug, title and the end of each text, in the order of the versions."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT a.slug, a.title, substring(v.body FROM 'version [a-z]+') FROM stancedb.article a"
            " JOIN stancedb.article_version v ON v.article_id = a.id WHERE a.slug <> 'herald-2025-03-01'"
            " ORDER BY v.retrieved_at, v.id"
        ).fetchall()


def test_two_captures_of_one_address_in_one_load_are_two_versions(run: Run, small_url: str, tmp_path: Path) -> None:
    folder = captured(tmp_path, "This is version one.", "This is version two.")

    told = done(run("article", "load", "--outlet", "herald", folder)).stderr

    assert versions(small_url) == [("0-page", "Title 1", "version one"), ("0-page", "Title 1", "version two")]
    assert "Another capture of the article '0-page', by its URL" in told
    assert "nothing to change" in done(run("article", "load", "--outlet", "herald", folder)).stderr


def test_captures_of_one_text_are_one_version(run: Run, small_url: str, tmp_path: Path) -> None:
    folder = captured(tmp_path, "This is version one.", "This is version one.", "This is version two.")
    done(run("article", "load", "--outlet", "herald", folder))

    assert [row[2] for row in versions(small_url)] == ["version one", "version two"]


@pytest.mark.parametrize("count", [20, 40])
def test_many_captures_are_read_by_several_processes_all_the_same(
    run: Run, small_url: str, tmp_path: Path, count: int
) -> None:
    texts = [f"This is version {chr(97 + number // 10)}{chr(97 + number % 10)}." for number in range(count)]
    done(run("article", "load", "--outlet", "herald", captured(tmp_path, *texts)))

    found = versions(small_url)
    assert len(found) == count
    assert len({row[0] for row in found}) == 1


def test_captures_in_several_parts_are_versions_too(
    run: Run, small_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stancedb.loading.articles._PART", 10)
    folder = captured(tmp_path, "This is version one.", "This is version two.", "This is version three.")
    done(run("article", "load", "--outlet", "herald", folder))

    assert [row[1:] for row in versions(small_url)] == [
        ("Title 2", "version one"),
        ("Title 2", "version two"),
        ("Title 2", "version three"),
    ]


def test_lines_of_one_address_are_versions_and_fill_in_what_the_last_leaves_out(
    run: Run, small_url: str, tmp_path: Path
) -> None:
    line = {"id": "a", "outlet": "herald", "url": "https://herald.example/a", "title": "A"}
    lines = jsonl(
        tmp_path / "a.jsonl",
        {**line, "text": "This is version one.", "section": "World"},
        {**line, "title": "B", "text": "This is version two."},
        {**line, "title": "C", "text": "This is version three."},
    )
    done(run("article", "load", lines))

    assert [row[1:] for row in versions(small_url)] == [
        ("C", "version one"),
        ("C", "version two"),
        ("C", "version three"),
    ]
    assert answer(run, "article", "show", "a")["section"] == "World"


def test_two_outlets_do_not_share_an_address(run: Run, tmp_path: Path) -> None:
    done(run("outlet", "add", "post", "--name", "The Post"))
    line = {"id": "a", "outlet": "herald", "url": "https://herald.example/a", "title": "A", "text": "One."}
    refused = run("article", "load", jsonl(tmp_path / "a.jsonl", line, {**line, "id": "b", "outlet": "post"}))

    assert "line 2: url: 'a' has the same URL." in refused.stderr


def test_two_ids_that_a_file_names_itself_do_not_share_an_address(run: Run, tmp_path: Path) -> None:
    line = {"id": "a", "outlet": "herald", "url": "https://herald.example/a", "title": "A", "text": "One."}
    refused = run("article", "load", jsonl(tmp_path / "a.jsonl", line, {**line, "id": "b"}))

    assert "line 2: url: 'a' has the same URL." in refused.stderr


def test_one_id_without_an_address_is_refused_twice(run: Run, tmp_path: Path) -> None:
    line = {"id": "a", "outlet": "herald", "title": "A", "text": "One."}
    refused = run("article", "load", jsonl(tmp_path / "a.jsonl", line, {**line, "text": "Two."}))

    assert "line 2: id: Duplicate article 'a'" in refused.stderr


def test_json_in_a_folder_is_left_out_before_anything_is_read(run: Run, tmp_path: Path) -> None:
    folder = captured(tmp_path, "This is version one.")
    (folder / "state.json").write_text("{")
    (folder / "more.json").symlink_to("/etc/hosts")

    told = done(run("article", "load", "--outlet", "herald", folder)).stderr

    assert f"{folder}: Left out 2 of the type .json.\n" in told


@pytest.mark.parametrize("by_manifest", [False, True])
def test_an_entry_of_a_folder_that_is_not_a_file_is_refused_and_not_waited_for(
    run: Run, tmp_path: Path, *, by_manifest: bool
) -> None:
    folder = captured(tmp_path, "This is version one.")
    outside = tmp_path / "outside.txt"
    outside.write_text("A text of somebody else.")
    os.mkfifo(folder / "pipe.txt")
    (folder / "null.txt").symlink_to("/dev/null")
    (folder / "out.txt").symlink_to(outside)
    (folder / "nowhere.txt").symlink_to(tmp_path / "nothing")
    (folder / "in.txt").symlink_to(folder / "0" / "page.html")
    names = ("pipe.txt", "null.txt", "out.txt", "nowhere.txt")
    manifest = jsonl(tmp_path / "list.jsonl", *({"file": name} for name in names))

    more = ("--manifest", manifest) if by_manifest else ()
    refused = run("article", "load", "--outlet", "herald", folder, *more)

    assert refused.exit_code == 1
    assert "4 of " in refused.stderr
    for name in names:
        assert name in refused.stderr
    assert f"The link leads out of the folder. To load its target, name {outside} itself." in refused.stderr
