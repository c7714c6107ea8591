"""A release is written again byte for byte, whatever was corrected later, and can be compared with another one."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from stancedb.database import reading
from stancedb.releases.files import build
from stancedb.releases.layout import LAYOUTS
from stancedb.settings import Settings
from tests.questions.test_known_at import ANSWER, CORRECTIONS, JAPAN, OF_JAPAN, REMARK
from tests.support.plugin import Run
from tests.support.worlds import answer, done, invoker, last_number

pytest_plugins = ("tests.support.worlds",)

# Each correction starts from the result of the previous ones.
EDITS: tuple[tuple[str, ...] | str, ...] = (
    CORRECTIONS["a further coding"],
    CORRECTIONS["a link"],
    CORRECTIONS["another date"],
    CORRECTIONS["another authority"],
    CORRECTIONS["a new label"],
    CORRECTIONS["a new question"],
    CORRECTIONS["a new name"],
    CORRECTIONS["a recoding"],
    CORRECTIONS["a mention of lower rank"],
    CORRECTIONS["an ended tenure"],
    CORRECTIONS["a review"],
    CORRECTIONS["a withdrawn statement"],
    CORRECTIONS["a merge"],
    CORRECTIONS["another handle"],
    CORRECTIONS["another handle of the holder"],
    CORRECTIONS["another handle of the issue"],
    "UPDATE stancedb.outlet SET name = name || ' (renamed)'",
    "UPDATE stancedb.article SET title = 'Another title', byline = 'Another author'",
    "UPDATE stancedb.derivation_rule SET is_default = (slug = 'sustained')",
    (
        "INSERT INTO stancedb.derivation_rule (slug, label, definition, min_authority, bases, retraction_effect,"
        " tenure_effect) SELECT 'own-words', 'own words', 'What holders say.', 1, '{self}', retraction_effect,"
        " tenure_effect FROM stancedb.derivation_rule WHERE slug = 'latest-word'"
    ),
)


@pytest.fixture
def run(seeded_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the seeds."""
    return invoker(seeded_url, tmp_path)


def edit(run: Run, url: str, correction: tuple[str, ...] | str) -> None:
    """Make one correction, by a command or from psql."""
    if isinstance(correction, str):
        with psycopg.connect(url) as connection:
            connection.execute("SELECT stancedb.open_changeset('ana', 'a correction')")
            connection.execute(correction.encode())
    else:
        done(run(*correction))


def content(directory: Path) -> dict[str, bytes]:
    """Return the bytes of the files of a folder."""
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def table(directory: Path, name: str) -> list[dict[str, str]]:
    """Read a table of a release."""
    with (directory / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_release_verifies_and_is_written_again_after_twenty_edits_of_all_sorts(
    run: Run, seeded_url: str, tmp_path: Path
) -> None:
    done(run("release", "create", "2025-12", "--message", "for a paper", "--output", tmp_path / "first"))
    number = last_number(seeded_url)
    for correction in EDITS:
        edit(run, seeded_url, correction)
    done(run("changeset", "undo", number + 17))
    # A server in another country formats days, numbers and words differently.
    with psycopg.connect(seeded_url, autocommit=True) as connection:
        name = connection.info.dbname
        for setting in ("TimeZone = 'Asia/Tokyo'", "DateStyle = 'German'", "extra_float_digits = -10"):
            connection.execute(f"ALTER DATABASE {name} SET {setting}".encode())

    verified = answer(run, "release", "verify", "2025-12")
    done(run("release", "export", "2025-12", "--output", tmp_path / "second"))

    assert last_number(seeded_url) == number + len(EDITS) + 1 == number + 21
    assert [row["file"] for row in verified if not row["is_same"]] == []
    assert content(tmp_path / "second") == content(tmp_path / "first")


def test_the_files_are_those_of_the_manifest_and_the_package_describes_them(run: Run, tmp_path: Path) -> None:
    released = answer(run, "release", "create", "2025-12", "--output", tmp_path / "files")
    files = content(tmp_path / "files")
    sums = files.pop("SHA256SUMS")
    package = json.loads(files["datapackage.json"])

    checked = {name: hashlib.sha256(words).hexdigest() for name, words in files.items()}
    assert {row["file"]: row["sha256"] for row in released["files"]} == checked
    assert dict(line.split("  ")[::-1] for line in sums.decode().splitlines()) == checked
    assert hashlib.sha256(sums).hexdigest() == released["digest"]
    for resource in package["resources"]:
        rows = table(tmp_path / "files", resource["name"])
        schema = resource["schema"]
        assert len(rows) == resource["rowCount"]
        assert all(list(row) == [field["name"] for field in schema["fields"]] for row in rows)
        keys = [tuple(row[column] for column in schema.get("primaryKey", ())) for row in rows]
        assert len({*keys}) == len(keys) or "primaryKey" not in schema, resource["name"]
        for foreign in schema.get("foreignKeys", ()):
            named = foreign["reference"]
            known = {
                tuple(row[column] for column in named["fields"])
                for row in table(tmp_path / "files", named["resource"] or resource["name"])
            }
            used = {tuple(row[column] for column in foreign["fields"]) for row in rows}
            assert {key for key in used if all(key)} <= known, (resource["name"], foreign)


def test_the_stances_of_a_release_are_those_that_the_commands_answer(run: Run, tmp_path: Path) -> None:
    done(run("release", "create", "2025-12", "--output", tmp_path / "files"))

    stances = table(tmp_path / "files", "stance")
    pairs = sorted({(row["rule"], row["holder"], row["issue"]) for row in stances})
    slowly = [
        (*pair, row["since_from"], row["until"] or "", row["position"], str(row["evidence"]), str(row["contrary"]))
        for pair in pairs
        for row in answer(run, "stance", "timeline", "--rule", pair[0], "--holder", pair[1], "--issue", pair[2])
    ]
    columns = ("rule", "holder", "issue", "valid_from", "valid_to", "position", "evidence_count", "contrary_count")
    # A pending stance ends the previous one in the file, which does not depend on the day; the seeds have none.
    assert [tuple(row[column] for column in columns) for row in stances] == slowly


class TestDiff:
    def test_names_the_coding_that_made_the_difference(self, run: Run, seeded_url: str) -> None:
        done(run("release", "create", "before"))
        done(run("actor", "set", "sanae-takaichi", "--name", "Takaichi Sanae"))
        done(run("coding", "recode", REMARK, *OF_JAPAN, "--position", "commits"))
        number = last_number(seeded_url)
        done(run("release", "create", "after"))

        rows = answer(run, "release", "diff", "before", "after")

        asked = ("difference", "before", "after", "statement", "coder", "changeset", "author", "differs")
        assert [[row[name] for name in asked] for row in rows if row["what"] == "coding"] == [
            ["recoded", "may-warrant", "commits", REMARK, "example-coder", number, "tester", ["position"]]
        ]
        assert {(row["holder"], row["issue"]) for row in rows} == {(JAPAN[1], JAPAN[3])}
        assert [
            (row["before"], row["after"], row["since"])
            for row in rows
            if row["what"] == "stance" and row["rule"] == "latest-word"
        ] == [("may-warrant until 2025-11-10", "commits until 2025-11-10", "2025-11-07")]
        assert {row["what"] for row in rows} == {"stance", "change", "coding"}
        assert "commits" in done(run("release", "diff", "before", "after")).stdout

    def test_is_empty_where_nothing_that_counts_was_changed(self, run: Run) -> None:
        done(run("release", "create", "before"))
        done(run("actor", "set", "sanae-takaichi", "--name", "Takaichi Sanae"))
        done(run("release", "create", "after"))

        assert answer(run, "release", "diff", "before", "after") == []

    def test_reports_additions_withdrawals_and_rules_of_only_one_release(self, run: Run, seeded_url: str) -> None:
        done(run("release", "create", "before"))
        done(run("statement", "retract", REMARK, "--reason", "recorded wrongly"))
        edit(run, seeded_url, CORRECTIONS["a further coding"])
        edit(run, seeded_url, EDITS[-1])
        done(run("release", "create", "after"))

        rows = answer(run, "release", "diff", "before", "after")
        back = answer(run, "release", "diff", "after", "before")

        said = {(row["what"], row["difference"]) for row in rows if row["what"] in {"coding", "rule"}}
        assert said == {("coding", "added"), ("coding", "withdrawn"), ("rule", "added")}
        assert {(row["what"], row["difference"]) for row in back if row["what"] == "rule"} == {("rule", "removed")}
        assert all(row["changeset"] for row in rows if row["what"] == "coding")

    def test_names_what_made_the_difference_whichever_release_is_asked_for_first(
        self, run: Run, seeded_url: str
    ) -> None:
        done(run("release", "create", "before"))
        for name in ("a further coding", "a recoding", "an ended tenure", "a new label"):
            edit(run, seeded_url, CORRECTIONS[name])
        done(run("statement", "retract", ANSWER, "--reason", "recorded wrongly"))
        done(run("release", "create", "after"))

        rows = answer(run, "release", "diff", "before", "after")
        back = answer(run, "release", "diff", "after", "before")

        asked = ("what", "holder", "issue", "statement", "changeset", "message")
        named = [{tuple(row[name] for name in asked) for row in of if row["changeset"]} for of in (rows, back)]
        assert {what for what, *_ in named[0]} >= {"coding", "scale"}
        assert named[1] == named[0]


class TestTheCommands:
    def test_a_release_is_of_the_changeset_asked_for(self, run: Run, seeded_url: str, tmp_path: Path) -> None:
        number = last_number(seeded_url)
        done(run("coding", "recode", REMARK, *OF_JAPAN, "--position", "commits"))
        done(run("release", "create", "earlier", "--known-at", number, "--output", tmp_path / "files"))

        said = [
            row["position"]
            for row in table(tmp_path / "files", "coding")
            if (row["statement"], row["holder"], row["coder"]) == (REMARK, "japan", "example-coder")
        ]
        assert said == ["may-warrant"]
        assert answer(run, "release", "list")[0]["changeset"] == number

    def test_a_label_is_given_once_and_is_a_word(self, run: Run, seeded_url: str) -> None:
        done(run("release", "create", "2025-12"))
        number = last_number(seeded_url)

        again = run("release", "create", "2025-12")
        path = run("release", "create", "../2025")

        assert (again.exit_code, path.exit_code) == (1, 1)
        assert (
            again.stderr
            == "Error: Release '2025-12' already exists, and a release cannot be edited. Use another label.\n"
        )
        assert "one word of letters" in path.stderr
        assert last_number(seeded_url) == number

    def test_what_is_not_as_it_was_released_is_named(self, run: Run, seeded_url: str) -> None:
        done(run("release", "create", "2025-12"))
        with psycopg.connect(seeded_url) as connection:
            # Only a role that may do everything can change what was known.
            connection.execute("SET session_replication_role = replica")
            connection.execute("UPDATE stancedb.outlet SET name = 'X'")

        result = run("release", "verify", "2025-12", "--format", "json")

        assert result.exit_code == 1
        assert [row["file"] for row in json.loads(result.stdout) if not row["is_same"]] == [
            "outlet.csv",
            "datapackage.json",
            "SHA256SUMS",
        ]
        assert "outlet.csv, datapackage.json, SHA256SUMS" in result.stderr

    def test_a_file_that_only_the_manifest_or_only_the_release_has_is_named(self, run: Run, seeded_url: str) -> None:
        done(run("release", "create", "2025-12"))
        with psycopg.connect(seeded_url) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("DELETE FROM stancedb.release_file WHERE name = 'outlet.csv'")
            connection.execute("UPDATE stancedb.release_file SET name = 'ghost.csv' WHERE name = 'actor.csv'")

        result = run("release", "verify", "2025-12", "--format", "json")

        assert result.exit_code == 1
        different = {
            row["file"]: (row["expected"] is None, row["found"] is None)
            for row in json.loads(result.stdout)
            if not row["is_same"]
        }
        assert different == {"outlet.csv": (True, False), "actor.csv": (True, False), "ghost.csv": (False, True)}

    def test_one_of_a_later_version_asks_for_an_upgrade(self, run: Run, seeded_url: str) -> None:
        done(run("release", "create", "2025-12"))
        with psycopg.connect(seeded_url) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("UPDATE stancedb.release SET layout = 99")

        result = run("release", "verify", "2025-12")

        assert result.exit_code == 1
        assert "have layout 99" in result.stderr
        assert "Upgrade stancedb" in result.stderr

    def test_a_citation_names_the_author_the_changeset_and_the_digest(self, run: Run, seeded_url: str) -> None:
        number = last_number(seeded_url)
        released = answer(run, "release", "create", "2025-12")

        said = done(run("release", "cite", "2025-12")).stdout

        year = date.fromisoformat(released["released_on"]).year
        assert said == (
            f"tester ({year}). Stances and changes of stance, release 2025-12 [Data set]. As known at changeset"
            f" {number}, under the rules authoritative, latest-word, sustained. SHA-256 {released['digest']}.\n"
        )
        cited: dict[str, Any] = answer(run, "release", "cite", "2025-12")
        assert released["digest"] in cited["bibtex"]

    def test_an_author_of_any_signs_is_cited_as_written(self, run: Run, tmp_path: Path) -> None:
        author, reason = "A_B & {C} \\ud83d 100% \N{FISH}", "\\\N{FISH} \\u0041 \N{HEBREW LETTER ALEF}\N{GRINNING FACE}"
        done(run("release", "create", "fish", "--message", reason, env={"STANCEDB_AUTHOR": author}))
        done(run("release", "export", "fish", "--output", tmp_path / "fish"))

        cited = yaml.safe_load((tmp_path / "fish" / "CITATION.cff").read_text(encoding="utf-8"))
        entry = answer(run, "release", "cite", "fish")["bibtex"]

        assert (cited["authors"], cited["abstract"].endswith(reason)) == ([{"name": author}], True)
        assert "author = {{A\\_B \\& \\{C\\} \\textbackslash{}ud83d 100\\% \N{FISH}}}" in entry

    def test_an_unknown_release_is_no_such_thing(self, run: Run) -> None:
        done(run("release", "create", "2025-12"))

        result = run("release", "verify", "2025-11")

        assert (result.exit_code, result.stderr) == (
            3,
            "Error: There is no release '2025-11'. Did you mean '2025-12'?\n",
        )


def test_a_licence_is_stated_in_the_package_and_in_the_citation_and_verified(run: Run, tmp_path: Path) -> None:
    done(run("release", "create", "open", "--license", "CC-BY-4.0", "--output", tmp_path))

    assert json.loads((tmp_path / "datapackage.json").read_text())["licenses"] == [{"name": "CC-BY-4.0"}]
    assert 'license: "CC-BY-4.0"\n' in (tmp_path / "CITATION.cff").read_text()
    assert answer(run, "release", "show", "open")["license_name"] == "CC-BY-4.0"
    done(run("release", "verify", "open"))


def test_without_a_licence_none_is_stated(run: Run, tmp_path: Path) -> None:
    done(run("release", "create", "closed", "--output", tmp_path))

    assert "licenses" not in json.loads((tmp_path / "datapackage.json").read_text())
    assert "license" not in (tmp_path / "CITATION.cff").read_text()


def test_a_licence_that_is_not_an_identifier_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("release", "create", "open", "--license", "free for all", "--output", tmp_path / "x")

    assert result.exit_code == 1
    assert "The licence of a release must be a single SPDX identifier, such as CC-BY-4.0." in result.stderr
    assert not (tmp_path / "x").exists()


def test_where_its_files_cannot_be_written_there_is_no_release(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    result = run("release", "create", "2025-12", "--output", tmp_path / "file" / "folder")

    assert (result.exit_code, answer(run, "release", "list")) == (1, [])
    done(run("release", "create", "2025-12", "--output", tmp_path / "folder"))


def test_attributes_are_in_a_release_as_known_then(run: Run, tmp_path: Path) -> None:
    done(run("actor", "set", "japan", "--attribute", "type:a state", "--attribute", "bloc@1947/..:west"))
    done(run("release", "create", "before", "--output", tmp_path / "before"))
    done(run("actor", "set", "japan", "--attribute", "type:a country"))
    done(run("release", "create", "after", "--output", tmp_path / "after"))

    header = "actor,key,value,during,during_from,during_to,during_last\n"
    for label, value in (("before", "a state"), ("after", "a country")):
        written = (tmp_path / label / "actor_attribute.csv").read_text(encoding="utf-8")
        assert written == f"{header}japan,bloc,west,1947/..,1947-01-01,,\njapan,type,{value},,,,\n"
        done(run("release", "verify", label))


def test_attributes_of_codings_are_in_a_release_by_the_key_of_the_coding(run: Run, tmp_path: Path) -> None:
    coding = ("--speaker", "sanae-takaichi", "--said", "2026-01-02", "--slug", "s", "--issue", "jp-taiwan-use-of-force")
    done(run("statement", "add", *coding, "--coder", "ana", "--attribute", "tone:calm", "--attribute", "frame:x,y"))
    done(run("release", "create", "r", "--output", tmp_path))

    lines = (tmp_path / "coding_attribute.csv").read_text(encoding="utf-8").splitlines()
    with (tmp_path / "coding.csv").open(encoding="utf-8") as file:
        (found,) = [line for line in file if line.startswith("s,")]
    key = ",".join(found.split(",")[:5])
    assert lines == [
        "statement,holder,issue,coder,codebook_version,key,value",
        f'{key},frame,"x,y"',
        f"{key},tone,calm",
    ]


def test_the_layout_of_earlier_releases_is_still_written_as_it_was(seeded_url: str, tmp_path: Path) -> None:
    about = {
        "label": "x",
        "changeset": 1,
        "author": "Ana",
        "reason": "a paper",
        "released_on": date(2025, 12, 1),
        "rules": [],
        "codebook_versions": [],
        "license_name": None,
    }
    with reading(Settings(database_url=seeded_url, data_dir=tmp_path, author="tester")) as session:
        files_of = [build(session, {**about, "layout": layout})[0] for layout in (1, 2, 3, 4)]

    names = [{file.name for file in files} for files in files_of]
    sums = [{file.name: file.content_sha256 for file in files} for files in files_of]
    assert names[0] == names[1]
    assert names[2] - names[1] == {"actor_attribute.csv", "coding_attribute.csv"}
    assert {name for name in names[1] if sums[1][name] != sums[2][name]} == {"datapackage.json"}
    assert names[3] - names[2] == {"round.csv"}
    assert {name for name in names[2] if sums[2][name] != sums[3][name]} == {
        "coding.csv",
        "issue.csv",
        "datapackage.json",
    }
    # Tables without new columns, and their descriptions, are the same byte for byte.
    assert {name for name in names[0] if sums[0][name] != sums[1][name]} == {
        "article.csv",
        "coding.csv",
        "event.csv",
        "issue.csv",
        "position.csv",
        "rule.csv",
        "stance.csv",
        "stance_change.csv",
        "statement.csv",
        "tenure.csv",
        "datapackage.json",
    }
    extended = {table.name: {name for name, *_ in table.fields} for table in LAYOUTS[2]}
    added = {table.name: extended[table.name] - {name for name, *_ in table.fields} for table in LAYOUTS[1]}
    assert {name: columns for name, columns in added.items() if columns} == {
        "rule": {"same_day"},
        "issue": {"merged_into"},
        "position": {"status", "merged_into"},
        "tenure": {"held_last"},
        "article": {"published_last"},
        "event": {"during_last"},
        "statement": {"said_last", "ends"},
        "coding": {"is_carried"},
        "stance": {"valid_last", "carried_to"},
        "stance_change": {"window_last"},
    }


def test_the_package_gives_the_length_of_each_file_in_bytes(run: Run, tmp_path: Path) -> None:
    done(run("outlet", "add", "asahi", "--name", "\u671d\u65e5\u65b0\u805e"))
    done(run("release", "create", "2025-12", "--output", tmp_path))

    resources = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))["resources"]

    assert {resource["path"]: resource["bytes"] for resource in resources} == {
        path.name: path.stat().st_size for path in tmp_path.glob("*.csv")
    }


def test_a_file_of_many_lines_has_the_checksum_of_all_of_them(run: Run, seeded_url: str, tmp_path: Path) -> None:
    edit(
        run,
        seeded_url,
        "INSERT INTO stancedb.outlet (slug, name, kind) SELECT 'outlet-' || n, 'Outlet ' || n, 'newspaper'"
        " FROM generate_series(1, 1200) n",
    )
    files = answer(run, "release", "create", "2025-12", "--output", tmp_path)["files"]

    written = (tmp_path / "outlet.csv").read_bytes()

    assert written.count(b"\n") > 1200
    assert {row["file"]: row["sha256"] for row in files}["outlet.csv"] == hashlib.sha256(written).hexdigest()


def test_the_list_of_checksums_is_in_the_order_of_the_names(run: Run, tmp_path: Path) -> None:
    done(run("release", "create", "2025-12", "--output", tmp_path))

    listed = [line.split("  ")[1] for line in (tmp_path / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]

    assert listed == sorted(listed)


def test_tenures_are_ordered_by_office_seat_and_first_day(run: Run, tmp_path: Path) -> None:
    done(run("release", "create", "2025-12", "--output", tmp_path))

    tenures = [
        (row["office"], int(row["seat"]), row["held_from"] or "9999", row["held"], row["person"])
        for row in table(tmp_path, "tenure")
    ]

    assert len({person for *_, person in tenures}) > len({office for office, *_ in tenures}) > 1
    assert tenures == sorted(tenures)
