"""Normalise input text."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time

from stancedb.refusals import FaultError

STRAY = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
CONTROLS = bytes({*range(32)} - {*b"\t\n"})
_PIECES = re.compile(r"(\s+)")


def nfc(text: str) -> tuple[str, int]:
    """Return the text in Unicode normalization form C, and the number of characters changed."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text, 0
    changed = 0
    pieces = _PIECES.split(text)
    for index, piece in enumerate(pieces):
        composed = unicodedata.normalize("NFC", piece)
        if composed != piece:
            changed += _difference(piece, composed)
            pieces[index] = composed
    return "".join(pieces), changed


def _difference(before: str, after: str) -> int:
    """Return the number of characters of ``before`` between the common prefix and the common suffix."""
    shorter = min(len(before), len(after))
    start = next((index for index in range(shorter) if before[index] != after[index]), shorter)
    end = next((index for index in range(shorter - start) if before[-1 - index] != after[-1 - index]), shorter - start)
    return max(1, len(before) - start - end)


def nfc_note(changed: int) -> str:
    """Return a note about the number of characters that normalisation changed."""
    return f"NFC changed {changed} character{'' if changed == 1 else 's'}"


class StrayCharacterError(FaultError):
    """Raised for a control character other than line feed and tab; ``line`` is the line within the text."""

    def __init__(self, character: str, line: int) -> None:
        self.line = line
        if character == "\0":
            super().__init__("nul_character")
        elif character == "\r":
            super().__init__("lone_return")
        else:
            code = "other_control_character" if character < "\x80" else "control_character_of_other_encoding"
            super().__init__(code, number=f"{ord(character):04X}")


def refuse_stray(text: str) -> None:
    """Reject control characters other than line feed and tab.

    Raises:
        StrayCharacterError: The text has one; the message names the first.
    """
    if found := STRAY.search(text):
        raise StrayCharacterError(found[0], text.count("\n", 0, found.start()) + 1)


def is_tidy(text: str) -> bool:
    """Return whether a one-line text is already normalised."""
    if text.isascii() and text.isprintable():
        return True
    return unicodedata.is_normalized("NFC", text) and not STRAY.search(text)


def tidied(values: dict[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return the values with all texts normalised (NFC, line feeds only), and notes about what changed.

    Raises:
        StrayCharacterError: A text has a control character.
    """
    changed = 0

    def tidy_text(value: str) -> str:
        nonlocal changed
        text, count = nfc(value.replace("\r\n", "\n"))
        changed += count
        refuse_stray(text)
        return text

    def tidy(value: object) -> object:
        if isinstance(value, str):
            return tidy_text(value)
        if isinstance(value, dict):
            return {tidy_text(key): tidy(item) for key, item in value.items()}
        if isinstance(value, list):
            return [tidy(item) for item in value]
        # TOML has native dates; records store them as text.
        return value.isoformat() if isinstance(value, (date, time)) else value

    result = {tidy_text(key): tidy(value) for key, value in values.items()}
    return result, (nfc_note(changed),) if changed else ()


def has_tidy_texts(values: dict[str, object]) -> bool:
    """Return whether a flat record needs no normalisation; checking all its texts at once is many times faster."""
    texts = [value for value in values.values() if type(value) is str]
    others = len(values) - len(texts)
    if others and not all(isinstance(value, (str, int, float)) for value in values.values()):
        return False
    return is_tidy("\n".join(texts)) and all(map(str.isprintable, values))


def is_tidy_line(raw: bytes, text: str) -> bool:
    """Return whether a line whose texts have no control characters below U+0020 has no others and is in NFC."""
    # In UTF-8, control characters from U+0080 begin with the byte 0xc2, as do a few others; most lines have no such
    # byte.
    if b"\x7f" in raw or (b"\xc2" in raw and STRAY.search(text.rstrip("\r\n"))):
        return False
    return text.isascii() or unicodedata.is_normalized("NFC", text)
