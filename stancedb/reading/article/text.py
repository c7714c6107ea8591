"""Normalise the text of an article, and find the title that it may begin with."""

from __future__ import annotations

import re

from stancedb.records.characters import nfc, nfc_note, refuse_stray

NORMALISATION = "nfc-lf/1"
_LONGEST_TITLE = 200
_ENDS_LIKE_A_SENTENCE = (".", ".”", '."', "。", ":", ",", ";")


def normalise_text(raw: str) -> tuple[str, list[str]]:
    """Bring a text into its frozen form; NORMALISATION names the recipe.

    Line ends become line feeds and Unicode becomes NFC. A byte order mark, spaces at the end of lines, and blank lines
    at both ends of the text are removed. Everything else stays as it is.

    Returns:
        The text, and notes on the characters that changed, such as "NFC changed 3 characters".

    Raises:
        StrayCharacterError: The text has a control character other than line feed and tab; it is a ValueError.
    """
    text = raw.removeprefix("\ufeff").replace("\r\n", "\n")
    refuse_stray(text)
    text, changed = nfc(text)
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    return text, [nfc_note(changed)] if changed else []


def title_in_text(text: str) -> str | None:
    """Return the first line if it reads as a title: short, not a sentence, and followed by other lines."""
    first, _, rest = text.partition("\n")
    title = re.sub(r"^#{1,6}\s+", "", first).strip()
    if not rest or not title or len(title) >= _LONGEST_TITLE or title.endswith(_ENDS_LIKE_A_SENTENCE):
        return None
    return title
