"""Recognise names of authors and news agencies as pages print them."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST_NAME = 100
_MOST_NAMES = 30
_BETWEEN_NAMES = re.compile(r"\s*[;|•、]\s*|\n")
_AND = re.compile(r"\s+(?:and|und|et|og|och|&)\s+")
_COMMA = re.compile(r"\s*,\s+")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.ASCII)
_NO_NAMES = {"admin", "administrator", "author", "null", "none", "undefined", "unknown", "n/a", "nan", "false", "true"}
# The names by which agencies are credited; short names are recognised only in this spelling.
_AGENCIES = {
    "AAP": ("AAP", "Australian Associated Press"),
    "Anadolu": ("Anadolu Agency", "Anadolu"),
    "ANSA": ("ANSA",),
    "AP": ("AP", "Associated Press", "The Associated Press"),
    "APA": ("APA", "Austria Presse Agentur"),
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse"),
    "Belga": ("Belga",),
    "CNA": ("Central News Agency", "中央社"),
    "Canadian Press": ("The Canadian Press", "Canadian Press"),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur"),
    "EFE": ("EFE", "Agencia EFE"),
    "Europa Press": ("Europa Press",),
    "Interfax": ("Interfax",),
    "Jiji Press": ("Jiji Press", "時事通信", "時事通信社"),
    "Kyodo News": ("Kyodo", "Kyodo News", "共同通信", "共同通信社", "共同"),
    "Lusa": ("Lusa",),
    "NTB": ("NTB",),
    "PA Media": ("PA Media", "Press Association"),
    "PAP": ("PAP",),
    "PTI": ("PTI", "Press Trust of India"),
    "Reuters": ("Reuters", "Reuters Staff", "REUTERS"),
    "Ritzau": ("Ritzau",),
    "SDA": ("SDA", "Keystone-SDA"),
    "SID": ("SID",),
    "TASS": ("TASS", "\u0422\u0410\u0421\u0421"),
    "UPI": ("UPI", "United Press International"),
    "Xinhua": ("Xinhua", "新华社", "新華社"),
    "Yonhap": ("Yonhap", "Yonhap News Agency", "연합뉴스"),
}
_AGENCY_NAMED = {name: agency for agency, names in _AGENCIES.items() for name in names}
_ANY_AGENCY = "|".join(map(re.escape, sorted(_AGENCY_NAMED, key=len, reverse=True)))
_DATELINE = re.compile(rf"[(\uff08]({_ANY_AGENCY})(?:/({_ANY_AGENCY}))?[)\uff09]\s*[-\u2013\u2014\u2015:]")
_HEAD = 300


def names_in(written: str) -> tuple[str, ...]:
    """Split the names of authors, and leave out what is not a name: addresses, placeholders, whole sentences.

    A comma or an "and" separates two names only if both have two words: "Roe, Jane" is one.
    """
    names: dict[str, str] = {}
    for piece in _BETWEEN_NAMES.split(written):
        for said in _divided(_AND, re.sub(r"^by\s+", "", piece, flags=re.IGNORECASE)):
            for part in _divided(_COMMA, said):
                name = _ASIDE.sub("", part).strip(" ,:/-")
                if _is_name(name):
                    names.setdefault(name.casefold(), name)
    return tuple(names.values())[:_MOST_NAMES]


def _divided(mark: re.Pattern[str], written: str) -> list[str]:
    parts = mark.split(written)
    return parts if all(" " in part.strip() or part.strip() in _AGENCY_NAMED for part in parts) else [written]


def other_than(sites: Iterable[str], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names, or nothing if all of them name the site, which then does not give an author."""
    folded = {site.casefold() for site in sites}
    return names if any(name.casefold() not in folded for name in names) else ()


def _is_name(name: str) -> bool:
    return (
        0 < len(name) <= LONGEST_NAME
        and "://" not in name
        and "@" not in name
        and not _DOMAIN.fullmatch(name)
        and name.casefold() not in _NO_NAMES
        and any(map(str.isalpha, name))
    )


def agency_in(credited: Iterable[str], text: str) -> str | None:
    """Return the agencies that are credited by name, or else named in the dateline: "TOKYO (AP) —"."""
    pieces = [piece.strip() for name in credited for piece in re.split(r"[/,]|\s+(?:and|und|et|with|mit)\s+", name)]
    named = [_AGENCY_NAMED[piece] for piece in pieces if piece in _AGENCY_NAMED]
    if not named and (found := _DATELINE.search(text[:_HEAD])):
        named = [_AGENCY_NAMED[name] for name in found.groups() if name]
    return ", ".join(dict.fromkeys(named)) or None
