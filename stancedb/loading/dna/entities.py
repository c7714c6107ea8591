"""Read the persons, organizations and concepts of a file of Discourse Network Analyzer, and their attributes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from stancedb.loading.dna.context import CONCEPT, ORGANIZATION, PERSON, Import, tidy
from stancedb.reading.dna.file import Variable

# An attribute with this name is another name of its actor.
_ALIAS = "alias"
COLOUR, PARENT = "colour", "parent"
_NO_PLACE = "not supported"


class Entities:
    """The values of the variables for person, organization and concept.

    Args:
        said: The import, whose account is updated.
        roles: The variables by role.

    Attributes:
        values: The distinct values of each role, in the order of the file.
        attributes: The attributes of each person and organization, by role and value.
        aliases: Other names of each person and organization, by role and value.
        parents: The parent concept of each concept that has one.
    """

    def __init__(self, said: Import, roles: Mapping[str, Sequence[Variable]]) -> None:
        self._said = said
        self._role_of = {v.id: role for role in (PERSON, ORGANIZATION, CONCEPT) for v in roles[role]}
        self.values: dict[str, list[str]] = {role: self._values(role) for role in (PERSON, ORGANIZATION, CONCEPT)}
        self.attributes: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self.aliases: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self.parents: dict[str, str] = {}
        self._read_attributes()
        self._read_colours()
        self._read_parents()
        self._count()

    def _values(self, role: str) -> list[str]:
        """Return the distinct values of a role, and count those that are blank or differ only in spaces."""
        found: dict[str, None] = {}
        for variable, value in self._said.file.entities():
            if self._role_of.get(variable) != role:
                continue
            known = tidy(value)
            if not known:
                self._said.account.leave(role, "blank")
            elif known in found:
                self._said.account.leave(role, "duplicate except for spaces or the statement type")
            else:
                found[known] = None
                self._said.account.take(role)
        return list(found)

    def _actor(self, variable: int, value: str | None) -> tuple[str, str] | None:
        """Return role and value of the actor, or None if the entity is not an actor."""
        role, known = self._role_of.get(variable), tidy(value or "")
        return (role, known) if role in (PERSON, ORGANIZATION) and known else None

    def _read_attributes(self) -> None:
        for variable, value, name, said in self._said.file.entity_attributes():
            kind = f"attribute {name}"
            self._said.account.found(kind, 1)
            actor, key, words = self._actor(variable, value), attribute_key(name), tidy(str(said))
            if actor is None or not key or not words:
                self._said.account.leave(kind, "not of a person or an organization")
            elif key.casefold() == _ALIAS:
                self.aliases[actor][words] = None
                self._said.account.take(kind)
            elif self.attributes[actor].setdefault(key, words) == words:
                self._said.account.take(kind)
            else:
                self._said.account.leave(kind, "another value of the same actor")

    def _read_colours(self) -> None:
        kind = "colour of an entity"
        for variable, value, colour in self._said.file.entity_colours():
            self._said.account.found(kind, 1)
            actor = self._actor(variable, value)
            if actor is None:
                self._said.account.leave(kind, "not of a person or an organization")
            else:
                self.attributes[actor].setdefault(COLOUR, colour)
                self._said.account.take(kind)

    def _read_parents(self) -> None:
        kind = "parent of an entity"
        for variable, value, above in self._said.file.entity_parents():
            self._said.account.found(kind, 1)
            actor, parent, role = self._actor(variable, value), tidy(str(above)), self._role_of.get(variable)
            if actor is not None and parent:
                self.attributes[actor].setdefault(PARENT, parent)
                self._said.account.take(kind)
            elif role == CONCEPT and parent in self.values[CONCEPT] and not self._leads_to(parent, tidy(value)):
                self.parents[tidy(value)] = parent
                self._said.account.take(kind)
            else:
                self._said.account.leave(kind, _NO_PLACE)

    def _leads_to(self, below: str, concept: str) -> bool:
        """Return whether ``concept`` is ``below`` or an ancestor of it, and so cannot have it as a parent."""
        while below != concept:
            if below not in self.parents:
                return False
            below = self.parents[below]
        return True

    def _count(self) -> None:
        account = self._said.account
        for key, rows in self._said.file.entity_counts().items():
            account.found(self._role_of.get(key, "entity of another variable"), rows)
        account.leave_rest("entity of another variable", _NO_PLACE)


def attribute_key(name: str) -> str:
    """Return the name of an attribute as a valid attribute key."""
    return tidy(re.sub("[:@]", " ", name))[:100].rstrip()
