"""Candidates in four languages: what makes one, where it begins and ends, who speaks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancedb.candidates.finding import Candidate, candidates
from stancedb.candidates.keywords import IssueWords, Keyword, keywords_of
from stancedb.candidates.languages import WITH_LISTS, language_of
from stancedb.candidates.names import Name
from stancedb.candidates.sentences import paragraphs, sentences

NAMES = [
    Name("sanae-takaichi", "Sanae Takaichi", is_of_person=True),
    Name("sanae-takaichi", "高市早苗", is_of_person=True),
    Name("minoru-kihara", "木原稔", is_of_person=True),
    Name("minoru-kihara", "内閣官房長官"),
    Name("minoru-kihara", "Chief Cabinet Secretary of Japan"),
    Name("donald-trump", "Donald Trump", is_of_person=True),
    Name("donald-trump", "ドナルド・トランプ", is_of_person=True),
    Name("donald-trump", "唐纳德·特朗普", is_of_person=True),
    Name("donald-trump", "دونالد ترامب", is_of_person=True),
    Name("wang-yi", "Wang Yi", is_of_person=True),
    Name("wang-yi", "王毅", is_of_person=True),
    Name("wang-yi", "وانغ يي", is_of_person=True),
    Name("lin-jian", "林剑", is_of_person=True),
    Name("ministry-of-foreign-affairs-of-china", "外交部"),
    Name("ministry-of-foreign-affairs-of-japan", "外務省"),
    Name("japan", "Japan"),
    Name("japan", "日本"),
    Name("japan", "اليابان"),
    Name("china", "中国"),
    Name("united-states", "US"),
]


def found(text: str, language: str | None = "en", keywords: tuple[Keyword, ...] = ()) -> list[Candidate]:
    """Return the candidates of a text with the names above."""
    return candidates(text, language=language, names=NAMES, keywords=keywords)


def texts(text: str, language: str | None = "en") -> list[str]:
    """Return the text of each candidate."""
    return [text[candidate.span.start : candidate.span.end] for candidate in found(text, language)]


def words(text: str, why: str, language: str | None = "en") -> list[str]:
    """Return the words of one kind of reason."""
    return [reason.words for candidate in found(text, language) for reason in candidate.reasons if reason.why == why]


def split(text: str, language: str) -> list[str]:
    """Return the sentences of a text."""
    return [text[sentence.span.start : sentence.span.end] for sentence in sentences(text, language_of(language))]


LANGUAGES = st.sampled_from([*sorted(WITH_LISTS), "fr", "zh-Hant-TW", "", None])
# Letters, marks, names and verbs of all the lists, so that every branch is met.
PIECES = st.sampled_from(
    [
        *"“”‘’\"'«»「」『』。！？.!?؟۔ \n\u2029\u200f𠮷é",
        *(
            "\n\n",
            "U.S. ",
            "Nov. 7",
            "👨\u200d👩\u200d👧",
            "e\u0301",
            "وقال ",
            " said ",
            "述べた",
            "は",
            "が",
            "表示，",
            "首相",
        ),
        *("president ", "according to ", *(name.name for name in NAMES)),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=40).map("".join)


@given(TEXTS, LANGUAGES)
def test_every_span_lies_within_the_text_and_has_the_words_it_claims(text: str, language: str | None) -> None:
    for candidate in found(text, language, (Keyword("issue", "said"),)):
        assert 0 <= candidate.span.start < candidate.span.end <= len(text)
        shown = text[candidate.span.start : candidate.span.end]
        assert shown == shown.strip()
        for reason in candidate.reasons:
            assert text[reason.span.start : reason.span.end] == reason.words != ""


@given(TEXTS, LANGUAGES)
def test_candidates_stand_in_order_and_never_over_another(text: str, language: str | None) -> None:
    spans = [candidate.span for candidate in found(text, language)]

    assert all(one.end <= other.start for one, other in pairwise(spans))


@given(TEXTS, LANGUAGES)
def test_a_candidate_has_a_score_a_reason_and_the_paragraph_it_stands_in(text: str, language: str | None) -> None:
    for candidate in found(text, language):
        within = paragraphs(text)[candidate.paragraph - 1]
        assert 0 < candidate.score <= 1
        assert candidate.reasons
        assert within.start <= candidate.span.start < candidate.span.end <= within.end


@given(TEXTS, LANGUAGES)
def test_sentences_leave_out_nothing_but_space(text: str, language: str | None) -> None:
    shown = [text[sentence.span.start : sentence.span.end] for sentence in sentences(text, language_of(language))]

    assert "".join("".join(shown).split()) == "".join(text.split())


@given(TEXTS, LANGUAGES)
def test_spans_count_code_points_also_after_characters_outside_the_basic_plane(text: str, language: str | None) -> None:
    plain, astral = (found(before + "\n\n" + text, language) for before in ("xxxxx", "👨\u200d👩\u200d👧"))

    assert [candidate.span for candidate in plain] == [candidate.span for candidate in astral]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Wang Yi, at the end of a tour, said that Japan had gone too far.", "wang-yi"),
        ("“Japan must pay,” said Foreign Minister Wang Yi on Monday.", "wang-yi"),
        ("Japan rejects the claim, Wang Yi said.", "wang-yi"),
        ("According to Chinese Foreign Minister Wang Yi, Japan crossed a line.", "wang-yi"),
        ("President Trump told reporters that he agreed.", "donald-trump"),
        ("The Chief Cabinet Secretary of Japan denied it.", "minoru-kihara"),
        ("Speaking to Wang Yi, she warned of the consequences.", None),
        ("Wang Yi's office said nothing.", None),
        ("Wang Yi was asked about it.", None),
        ("Donald Trump denied it, and Wang Yi said that it was over.", None),
        ("She said that it was over.", None),
    ],
)
def test_in_english_the_speaker_stands_before_the_verb_or_behind_a_quotation(text: str, speaker: str | None) -> None:
    assert [candidate.speaker for candidate in found(text)] == [speaker]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("高市首相は「撤回しない」と語った。", "sanae-takaichi"),
        ("高市早苗首相が国会で答弁した。", "sanae-takaichi"),
        ("木原稔官房長官は26日、中国が「内政干渉だ」と述べたことに反論した。", "minoru-kihara"),
        ("トランプ氏は歓迎すると発言した。", "donald-trump"),
        ("外務省によると、局長が申し入れた。", "ministry-of-foreign-affairs-of-japan"),
        ("政府は、高市早苗首相が出した答えを説明した。", None),
        ("日本の立場は変わらないと語った。", None),
    ],
)
def test_in_japanese_the_speaker_is_the_topic_or_the_subject(text: str, speaker: str | None) -> None:
    assert [candidate.speaker for candidate in found(text, "ja")] == [speaker]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("外交部发言人林剑13日表示，日本必须收回言论。", "lin-jian"),
        ("王毅对日本表示：“不接受。”", "wang-yi"),
        ("“我们反对。”林剑说。", "lin-jian"),
        ("特朗普总统称，他同意。", "donald-trump"),
        ("據外交部介紹，会谈持续一小时。", "ministry-of-foreign-affairs-of-china"),
        ("日本的立场受到批评。", None),
        ("他们表示满意。", None),
    ],
)
def test_in_chinese_the_speaker_is_no_object_of_a_preposition(text: str, speaker: str | None) -> None:
    assert [candidate.speaker for candidate in found(text, "zh")] == [speaker]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("قال وزير الخارجية الصيني وانغ يي إن اليابان تجاوزت الخط الأحمر.", "wang-yi"),
        ("وأكّد دونالد ترامب أنه موافق.", "donald-trump"),
        ("ورفضت اليابان الطلب.", "japan"),
        ("وانغ يي قال إن الأمر انتهى.", "wang-yi"),
        ("قال إن اليابان تجاوزت الخط الأحمر.", None),
    ],
)
def test_in_arabic_the_speaker_stands_behind_the_verb(text: str, speaker: str | None) -> None:
    assert [candidate.speaker for candidate in found(text, "ar")] == [speaker]


def test_a_sentence_without_a_subject_is_a_candidate_without_a_speaker() -> None:
    (candidate,) = found("撤回しないと述べた。", "ja")

    assert candidate.speaker is None
    assert [reason.why for reason in candidate.reasons] == ["verb", "verb"]


def test_an_office_stands_for_the_person_who_holds_it_on_the_day() -> None:
    text = "内閣官房長官は会見で否定した。"
    before = candidates(text, language="ja", names=[Name("yoshimasa-hayashi", "内閣官房長官")], keywords=[])

    assert [candidate.speaker for candidate in (*before, *found(text, "ja"))] == ["yoshimasa-hayashi", "minoru-kihara"]


def test_a_surname_counts_only_with_the_whole_name_or_a_title() -> None:
    assert found("Trump said so.")[0].speaker is None
    assert found("Mr. Trump said so.")[0].speaker == "donald-trump"
    assert found("Trump said so. Donald Trump left.")[0].speaker == "donald-trump"


def test_a_surname_of_two_people_names_neither() -> None:
    names = [
        Name("donald-trump", "Donald Trump", is_of_person=True),
        Name("eric-trump", "Eric Trump", is_of_person=True),
    ]

    (candidate,) = candidates("Mr. Trump said so.", language="en", names=names, keywords=[])

    assert [reason.why for reason in candidate.reasons] == ["verb"]


def test_a_surname_without_spaces_needs_a_title_also_beside_the_whole_name() -> None:
    assert words("高市早苗首相は高いと述べた。高市氏は否定した。", "name", "ja") == ["高市早苗", "高市"]


def test_a_name_keeps_its_capitals() -> None:
    assert words("He told us that the US would stay.", "name") == ["US"]


def test_accents_short_vowels_and_prefixes_hide_no_name() -> None:
    names = [Name("erdogan", "Recep Tayyip Erdogan"), Name("japan", "اليابان")]
    (turkish,) = candidates("Recep Tayyip Erdoğan said so.", language="en", names=names, keywords=[])
    (arabic,) = candidates("قال ذلك لليابان.", language="ar", names=names, keywords=[])
    (stretched,) = candidates("قال ذلك اليـابان.", language="ar", names=names, keywords=[])

    assert turkish.speaker == "erdogan"
    for candidate in (arabic, stretched):
        assert [reason.of for reason in candidate.reasons if reason.why == "name"] == [("japan",)]


def test_nested_quotations_are_one_quotation() -> None:
    assert words("He said: “They told me ‘never’ twice.”", "quotation") == ["They told me ‘never’ twice."]
    assert words("彼は「『何も言わない』と言った」と語る。", "quotation", "ja") == ["『何も言わない』と言った"]
    assert words("قال: «قيل لي “أبدا” مرتين».", "quotation", "ar") == ["قيل لي “أبدا” مرتين"]
    assert words("他说：“有人说‘绝不’。”", "quotation", "zh") == ["有人说‘绝不’。"]


def test_an_apostrophe_is_no_quotation_mark() -> None:
    assert words("It didn’t last, and the ministers' plan isn't 'done'.", "quotation") == ["done"]


def test_a_quotation_closes_over_a_nested_one_that_did_not() -> None:
    text = "He said: “They asked ‘why now.” Nobody came."

    assert words(text, "quotation") == ["They asked ‘why now."]


def test_a_quotation_of_several_sentences_is_the_candidate_itself() -> None:
    text = "“We will act. We must not wait,” said Foreign Minister Wang Yi. It was late."
    (candidate,) = found(text)

    assert text[candidate.span.start : candidate.span.end] == "We will act. We must not wait,"
    assert [(reason.why, reason.words) for reason in candidate.reasons] == [
        ("quotation", "We will act. We must not wait,"),
        ("verb", "said"),
        ("name", "Wang Yi"),
    ]
    assert candidate.speaker == "wang-yi"


def test_a_quotation_that_is_not_closed_ends_with_its_paragraph() -> None:
    text = "“We will act. We must not wait.\n\nNobody came."

    assert texts(text) == ["“We will act.", "We must not wait."]


def test_a_joined_emoji_is_never_cut() -> None:
    family = "👨\u200d👩\u200d👧"

    assert texts(f"She said “yes {family}” {family}. {family} left.") == [f"She said “yes {family}” {family}."]


def test_abbreviations_initials_and_figures_end_no_sentence() -> None:
    text = "Mr. Xi met Donald J. Trump on Nov. 7 at 3.5 p.m. in the U.S. mission. No. It rained."

    assert split(text, "en") == [
        "Mr. Xi met Donald J. Trump on Nov. 7 at 3.5 p.m. in the U.S. mission.",
        "No.",
        "It rained.",
    ]


def test_sentences_end_as_each_script_has_it() -> None:
    assert split("本当？はい。「行く。」と言った。彼は「行く。」帰った。私は「来る。」と思う。", "ja") == [
        "本当？",
        "はい。",
        "「行く。」と言った。",
        "彼は「行く。」",
        "帰った。",
        "私は「来る。」と思う。",
    ]
    assert split("他说：“行。”他走了！“不行。”毛宁说。", "zh") == ["他说：“行。”", "他走了！", "“不行。”毛宁说。"]
    assert split("هل تقبل؟ نعم. لا۔ تم", "ar") == ["هل تقبل؟", "نعم.", "لا۔", "تم"]


def test_blank_lines_part_paragraphs_and_single_lines_do_where_there_are_none() -> None:
    wrapped, lines = "Wang Yi\nsaid so.\n\nJapan denied it.", "Wang Yi said so.\nJapan denied it."

    assert [candidate.paragraph for candidate in found(wrapped)] == [1, 2]
    assert texts(wrapped)[0] == "Wang Yi\nsaid so."
    assert [candidate.paragraph for candidate in found(lines)] == [1, 2]


def test_a_verb_within_a_quotation_is_what_was_said() -> None:
    assert words("“She said no.”", "verb") == []


def test_what_only_looks_like_a_verb_is_none() -> None:
    assert texts("The so-called plan of the United States stayed.") == []
    assert texts("这份名称很长的小说出版了。", "zh") == []


def test_a_name_needs_a_keyword_where_there_are_lists_and_nothing_elsewhere() -> None:
    keyword = (Keyword("blockade", "blockade"),)

    assert found("Wang Yi left.") == []
    assert [reason.of for reason in found("Wang Yi saw the blockade.", "en", keyword)[0].reasons] == [
        ("wang-yi",),
        ("blockade",),
    ]
    assert texts("Wang Yi est parti.", "fr") == ["Wang Yi est parti."]
    assert words("Il a dit « jamais ».", "quotation", "fr") == ["jamais"]


def test_the_score_grows_with_what_is_found() -> None:
    texts = ["They rejected it.", "They said it.", "They said “no”.", "Wang Yi said “no”."]

    assert [found(text)[0].score for text in texts] == [0.3, 0.4, 0.7, 0.9]


def test_keywords_are_quoted_words_labels_and_the_words_of_one_question_only() -> None:
    issues = [
        IssueWords(
            "force", "Would Japan use force in a blockade?", ["rules out", "end"], ["The term “grey zone” counts."]
        ),
        IssueWords("trade", "Would Japan end trade?", ["keeps tariffs"], ["A “tariff is a tax."]),
        IssueWords("status", "台湾有事に武力を使うか", ["維持"], ["「存立危機事態」と言う。"]),
    ]

    assert keywords_of(issues) == [
        Keyword("force", "grey zone"),
        Keyword("force", "rules out"),
        Keyword("force", "force"),
        Keyword("force", "blockade"),
        Keyword("trade", "keeps tariffs"),
        Keyword("trade", "trade"),
        Keyword("status", "存立危機事態"),
        Keyword("status", "維持"),
        Keyword("status", "台湾有事"),
        Keyword("status", "武力"),
    ]
