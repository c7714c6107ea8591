from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stancedb.loading.quotes import (
    FARTHEST_APART,
    Anchor,
    QuoteAmbiguous,
    QuoteNotFound,
    anchor,
    prefix_suffix,
    propose,
)
from stancedb.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable

ARTICLE = (
    "HARBOUR CITY \u2014 The minister said on Friday that an attack on the island \u201ccould constitute\u201d a"
    " threat. \u201cWe will not support the island\u2019s independence,\u201d she said."
    " The cabinet\u2019s view\u2014unchanged since 1972\u2014is that both sides should talk\u2026 in good faith."
    " The Straße at the café was shut. Growth was 11.5 percent.\n"
    "We can\u2019t accept that claim. Unwilling to join the bloc, the neighbour stayed away."
)
JAPANESE = "首相は「存立危機事態になり得る」と述べた。官房長官は『立場は変わらない』と説明し、対話を求めた。"


def found(text: str, quote: str, **context: str) -> Anchor:
    place = anchor(text, quote, **context)
    assert text[place.start : place.end] == place.exact
    assert all(0 <= span.start < span.end <= len(text) for span in place.spans)
    assert all(one.end <= other.start for one, other in pairwise(place.spans))
    return place


@pytest.mark.parametrize(
    "quote",
    [
        "an attack on the island",
        "\u201ccould constitute\u201d",
        "unchanged since 1972",
        "11.5 percent",
        "can\u2019t accept",
    ],
)
def test_the_articles_own_characters_are_exact(quote: str) -> None:
    place = found(ARTICLE, quote)
    assert place.how == "exact"
    assert place.exact == quote
    assert place.spans == (Span(ARTICLE.index(quote), ARTICLE.index(quote) + len(quote)),)


@pytest.mark.parametrize(
    ("quote", "exact"),
    [
        ("the island's independence", "the island\u2019s independence"),
        ('on the island "could constitute" a threat', "on the island \u201ccould constitute\u201d a threat"),
        ("on the island \u00abcould constitute\u00bb a threat", "on the island \u201ccould constitute\u201d a threat"),
        ("view -- unchanged since", "view\u2014unchanged since"),
        ("view - unchanged since", "view\u2014unchanged since"),
        ("said \u00a0 on\n\tFriday that", "said on Friday that"),
        ("claim. Unwilling", "claim. Unwilling"),
        ("11.5 percent. We can't", "11.5 percent.\nWe can\u2019t"),
        ("should talk... in good faith", "should talk\u2026 in good faith"),
        ("AN ATTACK ON THE ISLAND", "an attack on the island"),
        ("An attack on the island,", "an attack on the island"),
        ("'\u201cAn attack on the island!\u201d'", "an attack on the island"),
        ("\u2026 an attack on the island \u2026", "an attack on the island"),
        ("the strasse at the cafe\u0301", "The Straße at the café"),
        ("an at\u00adtack on\u200b the island", "an attack on the island"),
        ("[A]n attack on the island", "an attack on the island"),
        ("We will [not] support the island", "We will not support the island"),
    ],
)
def test_typography_spaces_and_case_are_folded(quote: str, exact: str) -> None:
    place = found(ARTICLE, f"{quote} ")
    assert place.exact == exact
    assert place.how in {"exact", "folded"}
    assert (place.how == "exact") == (quote == exact)


@pytest.mark.parametrize(
    "mark", ["\u2026", "...", "....", ". . .", "[\u2026]", "[...]", " (\u2026) ", "\u2026\u2026", "[the head]"]
)
def test_an_elided_quote_is_its_parts_in_order(mark: str) -> None:
    place = found(ARTICLE, f"'the minister said {mark} \"could constitute\" a threat'")
    assert place.how == "elided"
    assert [ARTICLE[span.start : span.end] for span in place.spans] == [
        "The minister said",
        "could constitute\u201d a threat",
    ]
    assert place.exact.startswith("The minister said on Friday")


def test_an_elided_quote_may_have_three_parts_and_end_in_a_gap() -> None:
    place = found(ARTICLE, "[...] The minister said ... on the island ... constitute\u201d a threat [...]")
    assert [ARTICLE[span.start : span.end] for span in place.spans] == [
        "The minister said",
        "on the island",
        "constitute\u201d a threat",
    ]


def test_a_word_in_brackets_may_replace_a_word() -> None:
    place = found(ARTICLE, "[The head of government] said on Friday that an [assault] on the island")
    assert place.how == "elided"
    assert place.exact == "said on Friday that an attack on the island"


def test_an_ellipsis_of_the_article_itself_is_not_a_gap() -> None:
    assert found(ARTICLE, "both sides should talk\u2026 in good faith").how == "exact"
    assert found(ARTICLE, "both sides should talk... in good faith").how == "folded"


@pytest.mark.parametrize(
    "quote",
    [
        "\u2018could constitute\u2019 a threat \u2026 The minister said",  # The wrong order.
        "minister \u2026 threat",  # Parts that may occur anywhere.
        "The minister said \u2026 an",
        "The minister said \u2026 the neighbour stood away",  # One part is missing.
    ],
)
def test_parts_out_of_order_or_too_short_do_not_anchor(quote: str) -> None:
    with pytest.raises(QuoteNotFound):
        anchor(ARTICLE, quote)


def test_parts_too_far_apart_do_not_anchor() -> None:
    quote = "the first part of it \u2026 the second part of it"
    near = f"The first part of it{'.' * FARTHEST_APART}the second part of it"
    assert found(near, quote).how == "elided"
    with pytest.raises(QuoteNotFound):
        anchor(near.replace(".the", "..the"), quote)


def test_the_nearest_beginning_of_an_elided_quote_is_meant() -> None:
    text = "We will talk to them. " * 3 + "That is, in good time, as promised."
    place = found(text, "we will talk \u2026 in good time, as promised")
    assert place.start == text.rindex("We will talk")


def test_the_nearest_end_of_an_elided_quote_is_meant() -> None:
    text = "We will talk to them. Just as we promised. Just as we promised."
    assert found(text, "we will talk \u2026 as we promised").end == text.index(".", 25)


def test_a_later_part_is_sought_beyond_its_first_place() -> None:
    text = f"We will talk. In good faith, yes. {'x' * 500} In good faith, too. {'x' * 500} As we have promised."
    place = found(text, "In good faith \u2026 as we have promised")
    assert place.start == text.rindex("In good faith")
    with pytest.raises(QuoteNotFound):
        anchor(f"We will talk. {text}", "we will all talk \u2026 in good faith")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("She said: we will not support the plan of theirs.", "we will support the plan of theirs"),
        ("She said: we will support the plan of theirs.", "we will not support the plan of theirs"),
        ("She said that we will not support the plan.", "she said that we will \u2026 support the plan"),
        ("She said that we will, however, not support the plan.", "she said that we will [\u2026] support the plan"),
        ("She said that we will support the plan.", "she said that we will [not] support the plan"),
        ("She said that we will soon support the plan.", "she said that we will [never] support the plan"),
        (
            "We support it in full. He does not say so. We do not trust them at all.",
            "we support it in full \u2026 trust them at all",
        ),
        ("She said that we will support the plan.", "we will support the plan [she did not say]"),
        ("They are unwilling to support the plan.", "willing to support the plan"),
        ("They are non-negotiable positions of ours.", "negotiable positions of ours"),
        ("They said that we can't accept the plan.", "They said that we can"),
        ("They said that we cannot accept the plan.", "They said that we can"),
        ("Today she will support the plan.", "he will support the plan"),
        ("It rose by 11.5 percent in a year.", "1.5 percent in a year"),
        ("It rose by 11.5 percent in a year.", "5 percent in a year"),
        ("It changed by -5 percent in a year.", "5 percent in a year"),
        ("It changed by 5 percent in a year.", "-5 percent in a year"),
        ("It rose to 1,500 in a year.", "It rose to 1"),
    ],
)
def test_words_that_turn_a_sentence_round_never_anchor(text: str, quote: str) -> None:
    with pytest.raises(QuoteNotFound):
        anchor(text, quote)


@pytest.mark.parametrize(
    ("before", "negation", "after"),
    [
        ("Die Regierung wird den Bau im Norden", "nicht", "unterst\u00fctzen, sagte sie."),
        ("Die Regierung hat f\u00fcr den Bau im Norden", "keinerlei", "Geld zugesagt, hei\u00dft es."),
        ("Le gouvernement du nord dit qu'il", "n'est pas", "pour le projet de barrage."),
        ("El gobierno del norte", "nunca", "apoyar\u00e1 el plan de la presa."),
        ("Правительство севера", "не", "поддержит план плотины."),
        ("政府はこの計画を支持", "しない", "方針であると述べた。"),
        ("政府表示目前", "不", "支持这一计划和方案。"),
        ("정부는 이 계획을 전혀", "안", "지지한다고 말했다."),
    ],
)
def test_the_negation_of_no_language_is_left_out(before: str, negation: str, after: str) -> None:
    assert found(f"{before} … {after}", f"{before} … {after}").how == "exact"
    with pytest.raises(QuoteNotFound, match="quote that word too"):
        anchor(f"{before} {negation} {after}", f"{before} … {after}")


def test_a_whole_sentence_that_denies_may_be_left_out() -> None:
    text = "We support it in full. He does not say so. We trust them all the same."
    assert found(text, "we support it in full \u2026 We trust them all the same").exact == text[:-1]


def test_a_negation_that_is_left_out_is_named_as_the_reason() -> None:
    with pytest.raises(QuoteNotFound, match="such as 'not' added or removed"):
        anchor("She said that we will not support the plan.", "she said that we will \u2026 support the plan")


def test_a_fuzzy_match_is_only_proposed() -> None:
    with pytest.raises(QuoteNotFound) as refusal:
        anchor(ARTICLE, "We will support the island's independence")
    passage = "We will not support the island\u2019s independence"
    proposal = refusal.value.proposal
    assert proposal is not None
    assert proposal.text == passage == ARTICLE[proposal.span.start : proposal.span.end]
    assert 85 <= proposal.score < 100
    assert f"The nearest passage is '{passage}'" in str(refusal.value)


def test_a_proposal_is_made_of_whole_words() -> None:
    for quote, passage in [
        ("willing to join the bloc", "Unwilling to join the bloc"),
        ("Growth was 11", "Growth was 11.5"),
        ("5 percent", "11.5 percent"),
        ("We can", "We can\u2019t"),
    ]:
        proposal = propose(ARTICLE, quote)
        assert proposal is not None
        assert proposal.text == passage


def test_a_piece_of_a_quote_is_not_proposed() -> None:
    assert propose("We will", "We will support the independence of the island") is None
    assert propose("We wil support the island", "We will support the island") is not None


@pytest.mark.parametrize("quote", ["Norland would build a dam in the autumn", "Norland will never build by the spring"])
def test_a_passage_that_is_four_fifths_alike_is_not_proposed(quote: str) -> None:
    assert propose("She said that Norland will build the dam in the spring.", quote) is None


def test_a_quote_without_a_similar_passage_has_no_proposal() -> None:
    with pytest.raises(QuoteNotFound) as refusal:
        anchor(ARTICLE, "Nothing of this kind was ever printed in that paper")
    assert refusal.value.proposal is None
    assert "Check its wording" in str(refusal.value)


def test_a_scrap_beside_brackets_is_not_a_quote() -> None:
    with pytest.raises(QuoteNotFound):
        found("He was undecided[sic] on it", "decided[sic] on")


@pytest.mark.parametrize("quote", ["", "  ", '"', "[]", "[\u2026] \u2026", "[the minister]", "?!"])
@pytest.mark.parametrize("text", ["", "Some words stand here, [the end]"])
def test_a_quote_without_words_of_the_article_is_not_found(text: str, quote: str) -> None:
    with pytest.raises(QuoteNotFound):
        anchor(text, quote)


def test_a_long_quote_is_shortened_in_the_message() -> None:
    with pytest.raises(QuoteNotFound) as refusal:
        anchor(ARTICLE, "word " * 1000)
    assert len(str(refusal.value)) < 200
    assert refusal.value.fault.code == "quote_not_found"


REPEATED = "At first: we will talk. Later, \u201cWe will talk\u201d was repeated. In the end we will talk again."


def test_a_repeated_quote_needs_its_surroundings() -> None:
    with pytest.raises(QuoteAmbiguous, match=r"occurs 2 times in the text\. Give the words before it as prefix"):
        anchor(REPEATED, "we will talk")
    assert found(REPEATED, "we will talk", prefix="at first").start == REPEATED.index("we will talk")
    assert found(REPEATED, "we will talk", prefix="IN THE END ").start == REPEATED.rindex("we will talk")
    assert found(REPEATED, "we will talk", suffix="again").start == REPEATED.rindex("we will talk")
    assert found(REPEATED, '"WE WILL TALK"', suffix="was repeated").exact == "We will talk"


def test_surroundings_that_do_not_decide_leave_a_repeated_quote_ambiguous() -> None:
    for context in (
        {"prefix": "something else"},
        {"suffix": "."},
        {"suffix": "again and again, he said"},
        {"prefix": "", "suffix": ""},
    ):
        with pytest.raises(QuoteAmbiguous):
            anchor(REPEATED, "we will talk", **context)
    with pytest.raises(QuoteAmbiguous, match="give more of the words before or after it"):
        anchor("He said: no deal. He said: no deal. ", "no deal", prefix="He said: ")


def test_half_of_the_surroundings_decide_and_less_do_not() -> None:
    assert found(REPEATED, "we will talk", prefix="notatfirst").start == REPEATED.index("we will talk")
    with pytest.raises(QuoteAmbiguous):
        anchor(REPEATED, "we will talk", prefix="not at its first")


def test_an_exact_place_beats_a_folded_one() -> None:
    assert found(REPEATED, "We will talk").how == "exact"
    assert found(REPEATED, "We will talk", prefix="at first").exact == "We will talk"


def test_a_word_beats_the_same_letters_inside_another() -> None:
    text = "She will act, and tomorrow he will act as well."
    assert found(text, "he will act").start == text.index("he will act as well")


def test_quotes_in_a_script_without_spaces_anchor_inside_a_sentence() -> None:
    place = found(JAPANESE, "存立危機事態に")
    assert place.how == "exact"
    assert found(JAPANESE, '"立場は変わらない"').exact == ("立場は変わらない")
    quote = unicodedata.normalize("NFD", "「存立危機事態になり得る」。")
    assert found(JAPANESE, quote).exact == "存立危機事態になり得る"
    assert found("来月は3日に会談する", "3日に会談").how == "exact"
    assert found("来月はAPECが開かれる", "APEC").how == "exact"
    elided = "存立危機事態\u2026\u2026官房長官は「立場は"
    assert found(JAPANESE, elided).how == "elided"


def test_offsets_count_code_points_beyond_the_basic_plane() -> None:
    text = "\U0001f4cd\U0001f1ef Pin: \u201cWe \U0001d4f0o\u201d \U0001f469\u200d\U0001f680 said \U00020bb7野."
    assert found(text, '"we \U0001d4f0o"').exact == "We \U0001d4f0o"
    assert found(text, "\U00020bb7野").start == text.index("\U00020bb7")
    with pytest.raises(QuoteNotFound):
        anchor(text, "\U0001f469")


def test_a_quote_ends_where_a_character_ends() -> None:
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, "They met at the café naïvely.")
        with pytest.raises(QuoteNotFound):
            anchor(text, "They met at the cafe")
        for typed_form in ("NFC", "NFD"):
            typed = unicodedata.normalize(typed_form, "THEY MET AT THE CAF\u00c9")
            assert found(text, typed).exact == unicodedata.normalize(form, "They met at the café")
    assert found("A\u1ea1\u0301 word of it", "aa\u0301\u0323 WORD").exact == "A\u1ea1\u0301 word"
    with pytest.raises(QuoteNotFound):
        anchor("Die Straße", "die Stras")


def test_a_quote_does_not_begin_within_what_folds_to_several_characters() -> None:
    assert found("Wait\u2026 then he left.", ".. then he left").exact == "then he left"


def test_folding_that_lengthens_keeps_the_offsets() -> None:
    text = "\u0130\u0130\u0130 \u2026\u2026 \ufb03 Große  \u00a0 Straße \u0130zmir \u2014\u2014 ja"
    assert found(text, "grosse strasse i\u0307zmir - ja").exact == text[text.index("Gro") :]


def test_a_sign_before_a_figure_belongs_to_it() -> None:
    text = "It changed by \u22125 percent, not by 5 percent."
    assert found(text, "-5 Percent").exact == "\u22125 percent"
    assert found(text, "5 percent").start == text.rindex("5")


def test_prefix_and_suffix_stop_at_the_ends_of_the_text() -> None:
    assert prefix_suffix("abcdef", Span(2, 4), 1) == ("b", "e")
    assert prefix_suffix("abcdef", Span(2, 4)) == ("ab", "ef")
    assert prefix_suffix("abcdef", Span(0, 6)) == ("", "")
    assert prefix_suffix("x" * 100, Span(50, 51)) == ("x" * 32, "x" * 32)


VOCABULARY = """
    We will talk to the minister\u2019s Straße café cafe\u0301 \u0130zmir \U0001f4cd \u201cyes\u201d \u00abno\u00bb
    \u2014 - it's\u2026 (sic) [so] 1972 11.5 U.S. 台湾有事 「立場」 안보
    \U00020bb7野 end. why?
"""
words = st.sampled_from(VOCABULARY.split())
spaces = st.sampled_from([" ", " ", " ", "  ", "\u00a0", "\n", " \u3000\t"])


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, int, int]:
    """Draw a text and the beginning and end of some whole words in it, at least twelve characters apart."""
    text, edges = "", []
    for word in draw(st.lists(words, min_size=4, max_size=40)):
        edges.append((len(text), len(text) + len(word)))
        text += word + draw(spaces)
    first = draw(st.integers(0, len(edges) - 1))
    last = draw(st.integers(first, len(edges) - 1))
    start, end = edges[first][0], edges[last][1]
    assume(end - start >= 12)
    assume(any(character.isalnum() for character in text[start:end]))
    return text, start, end


def plain(text: str) -> str:
    """Fold in a second, slower way: only letters and digits, decomposed and in one case."""
    decomposed = unicodedata.normalize("NFD", text).casefold()
    return "".join(character for character in unicodedata.normalize("NFD", decomposed) if character.isalnum())


@given(passages())
def test_any_words_of_a_text_anchor_to_themselves(passage: tuple[str, int, int]) -> None:
    text, start, end = passage
    prefix, suffix = text[:start], text[end:]
    try:
        place = found(text, text[start:end], prefix=prefix, suffix=suffix)
    except QuoteAmbiguous:
        assert text.find(text[start:end]) != text.rfind(text[start:end])
    else:
        assert place.exact == text[start:end]
        assert place.how == "exact"
        assert text.count(place.exact) > 1 or (place.start, place.end) == (start, end)


TYPISTS: list[Callable[[str], str]] = [
    str.upper,
    str.lower,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: " ".join(text.split()),
    lambda text: text.replace(" ", "\u00a0\u00a0"),
    lambda text: text.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"'),
    lambda text: text.replace("\u2014", "--"),
    lambda text: text.replace("\u2026", "..."),
    lambda text: f"\u201c{text},\u201d",
]


@given(passages(), st.lists(st.sampled_from(TYPISTS), min_size=1, max_size=4))
def test_words_typed_differently_anchor_to_what_folds_equal(
    passage: tuple[str, int, int], typists: list[Callable[[str], str]]
) -> None:
    text, start, end = passage
    typed = text[start:end]
    for typist in typists:
        typed = typist(typed)
    try:
        place = found(text, typed, prefix=text[:start], suffix=text[end:])
    except QuoteAmbiguous:
        assert plain(text).count(plain(typed)) > 1
    else:
        assert plain(place.exact) == plain(typed)


JOINTS = ".,-'\u2010\u2011\u2013\u2019\u02bc\u2212"


def may_be_one(before: str, after: str) -> bool:
    """Return whether two neighbours may belong to one word, figure or character."""
    # An invisible character, such as a soft hyphen, is inside a word.
    is_joint = [side.isalnum() or side in JOINTS or unicodedata.category(side) == "Cf" for side in (before, after)]
    return all(is_joint) or unicodedata.category(after)[0] == "M" or "\u200d" in {before, after}


@given(st.text(min_size=12, max_size=80) | passages().map(lambda passage: passage[0]), st.data())
def test_any_slice_that_cuts_no_word_anchors(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 12))
    end = data.draw(st.integers(start + 12, len(text)))
    quote = text[start:end]
    assume(quote == quote.strip())
    is_cut = any(0 < at < len(text) and may_be_one(text[at - 1], text[at]) for at in (start, end))
    try:
        place = found(text, quote, prefix=text[:start], suffix=text[end:])
    except QuoteAmbiguous:
        assert is_cut or text.find(quote) != text.rfind(quote)
    except QuoteNotFound:
        assert is_cut
    else:
        # Brackets in the text are treated as an insertion if the quote cuts the word before them.
        assert plain(place.exact) == plain(quote) or (is_cut and place.how == "elided")
        assert is_cut or place.exact == quote


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_quote_in_any_text_anchors_truly_or_is_refused(text: str, quote: str) -> None:
    try:
        place = found(text, quote)
    except (QuoteNotFound, QuoteAmbiguous) as refusal:
        assert "\n" not in str(refusal)  # noqa: PT017 - both outcomes are right, and each has its own expectation.
    else:
        assert place.how != "exact" or place.exact == quote.strip()


@given(passages(), st.integers(0, 40))
def test_what_was_stored_is_found_again(passage: tuple[str, int, int], width: int) -> None:
    text, start, end = passage
    prefix, suffix = prefix_suffix(text, Span(start, end), width)
    assert text[max(0, start - width) : end + width] == f"{prefix}{text[start:end]}{suffix}"


UNSEEN = [
    0xAD,
    0x34F,
    0x61C,
    0x180E,
    0x200B,
    0x200C,
    0x200D,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    0x2060,
    0x2063,
    *range(0x2066, 0x206A),
    0xFE0F,
    0xFEFF,
    0xFFF9,
    0xE0001,
    0xE0100,
]


@pytest.mark.parametrize("mark", [chr(code) for code in UNSEEN], ids=ascii)
def test_invisible_marks_fold_alike_on_either_side(mark: str) -> None:
    text = f"The minister {mark}said no{mark} to the{mark} dam, she re{mark}marked."

    for quote in ("said no to the dam", f"said{mark} no to {mark}the dam", "SAID NO to the \u200edam"):
        place = found(text, quote)
        assert place.exact.startswith("said no")
        assert place.exact.endswith("dam")
    assert found(text, "she remarked").exact == f"she re{mark}marked"


@pytest.mark.parametrize("mark", [chr(code) for code in UNSEEN], ids=ascii)
def test_an_invisible_mark_does_not_end_a_word(mark: str) -> None:
    with pytest.raises(QuoteNotFound):
        anchor(f"The neighbour was un{mark}willing to join the bloc.", "willing to join the bloc")


LONG = " ".join(f"and the {number}th of its clauses is as long as the one before it" for number in range(20))


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The minister \u202esaid no\u202c to the dam on Friday.", "said now to the dam"),
        ("The \u2066minister said\u2069 no to\u00ad the dam\u200f.", "minister sad no to the dam"),
        (f"She said that the treaty {LONG} would be kept.", f"the treatise {LONG} would be kept"),
        (f"She said {LONG}. He said no.", f"She sad {LONG}"),
        (f"It does {LONG[:300]} not {LONG[300:900]} hold.", f"It dos {LONG[:300]} not {LONG[300:900]} hold"),
        ("He will not support the dam today. She will not support the dam either.", "will not suport the dam"),
        ("\u201cWe can\u2019t accept that claim,\u201d he said of the dam.", "We can't acept that claim, he said"),
        ("Line one of the text\nand line two of it, said he.", "Line one of teh text and line two of it"),
    ],
)
def test_a_passage_that_is_offered_can_be_quoted(text: str, quote: str) -> None:
    with pytest.raises(QuoteNotFound) as refusal:
        anchor(text, quote)
    proposal = refusal.value.proposal
    assert proposal is not None
    offered = proposal.quotable

    assert offered.isprintable()
    place = found(text, offered)
    assert place.start < proposal.span.end
    assert proposal.span.start < place.end
