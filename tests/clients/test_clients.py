"""The files for other programs use only columns of the contract, run in their program, and contain no password."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest
import yaml
from psycopg.rows import dict_row
from sqlalchemy.engine import make_url

from stancedb.clients.place import Place
from stancedb.clients.superset import FOLDER, bundle
from stancedb.clients.writing import CLIENTS, documents
from stancedb.database import whereabouts
from stancedb.reporting import relations as reporting
from stancedb.settings import Settings
from tests.support.plugin import Clone, Run
from tests.support.worlds import answer, done, invoker

pytest_plugins = ("tests.support.worlds",)

CONTRACT: dict[str, dict[str, str]] = reporting.CONTRACT["relations"]
PLACE = Place("db.example", 5544, "stances", "bi_superset")
PASSWORD = "s3cr3t"  # noqa: S105 - only of these tests
FILES = Path(__file__).resolve().parents[2] / "stancedb" / "clients" / "files"
TEXTS = sorted(path for path in FILES.iterdir() if path.is_file())
# Words in conditions and metrics that are not columns.
SQL = {"and", "not", "count", "distinct", "case", "when", "then", "else", "end", "sum", "max", "nullif"}
DICTIONARY = [
    {
        "table_name": table,
        "table_description": f"Grain: {table}.",
        "column_name": column,
        "column_type": kind,
        "column_description": f"The {column}.",
    }
    for table, columns in CONTRACT.items()
    for column, kind in columns.items()
]
HAS_R = (
    shutil.which("Rscript") is not None
    and subprocess.run(
        ["Rscript", "-e", "library(DBI); if (!requireNamespace('RPostgres')) library(RPostgreSQL)"],  # noqa: S607 - found above
        capture_output=True,
        check=False,
    ).returncode
    == 0
)


@pytest.fixture(scope="module")
def login(admin_url: str) -> Iterator[str]:
    """Provide the name of a login that is dropped after the database that it can access."""
    name = f"reader_{secrets.token_hex(4)}"
    yield name
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f"DROP ROLE IF EXISTS {name}".encode())


@pytest.fixture(scope="module")
def run(login: str, clone: Clone, seeded_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Provide a function that runs a command on the seeds, which are reported, and which the login can read."""
    directory = tmp_path_factory.mktemp("clients")
    with clone(seeded_template) as url:
        run = invoker(url, directory)
        done(run("reporting", "refresh"))
        done(run("db", "grant-reader", login))
        with psycopg.connect(url) as connection:
            connection.execute(f"ALTER ROLE {login} PASSWORD '{PASSWORD}'".encode())
        yield run


@pytest.fixture(scope="module")
def written(run: Run, login: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide the folder with the files that the command wrote."""
    directory = tmp_path_factory.mktemp("written") / "clients"
    done(run("reporting", "clients", login, "--output", directory))
    return directory


@pytest.fixture(scope="module")
def zipped() -> dict[str, Any]:
    """Provide the files of the bundle as Superset reads them."""
    return opened(bundle(PLACE, DICTIONARY))


def opened(content: bytes) -> dict[str, Any]:
    """Return the files of a bundle by their paths below its folder."""
    with ZipFile(BytesIO(content)) as files:
        return {name.partition("/")[2]: yaml.safe_load(files.read(name)) for name in files.namelist()}


def kind(files: dict[str, Any], folder: str) -> dict[str, Any]:
    """Return the files of one folder of a bundle by their uuids."""
    return {found["uuid"]: found for name, found in files.items() if name.startswith(f"{folder}/")}


def columns_of(sql: str) -> set[str]:
    """Return the columns used by a condition or a metric."""
    return set(re.findall(r"[a-z_]+", re.sub(r"'[^']*'", "", sql).lower())) - SQL


def named(look: dict[str, Any], metrics: dict[str, str]) -> set[str]:
    """Return the columns used by a chart, including those of its metrics."""
    found = {look[part] for part in ("x_axis", "start_time", "end_time", "y_axis", "series") if part in look}
    found |= {*look.get("groupby", []), *look.get("all_columns", []), *look.get("tooltip_columns", [])}
    found |= {json.loads(order)[0] for order in look.get("order_by_cols", [])}
    for condition in look["adhoc_filters"]:
        found |= columns_of(condition["sqlExpression"]) if "sqlExpression" in condition else {condition["subject"]}
    for metric in [*look.get("metrics", []), look.get("metric"), look.get("timeseries_limit_metric")]:
        if isinstance(metric, str):
            found |= columns_of(metrics[metric])
        elif metric:
            found.add(metric["column"]["column_name"])
    return found


def environment() -> dict[str, str]:
    return {**os.environ, "PGPASSWORD": PASSWORD}


class TestTheDashboard:
    def test_every_relation_is_a_wide_one_of_the_contract(self, zipped: dict[str, Any]) -> None:
        tables = {dataset["table_name"] for dataset in kind(zipped, "datasets").values()}

        assert tables <= CONTRACT.keys()
        assert [name for name in tables if not name.endswith("_wide")] == []
        assert {dataset["schema"] for dataset in kind(zipped, "datasets").values()} == {"reporting"}

    @pytest.mark.parametrize("name", sorted(path.stem for path in (FOLDER / "charts").iterdir()))
    def test_a_chart_names_no_column_that_the_contract_lacks(self, zipped: dict[str, Any], name: str) -> None:
        chart = zipped[f"charts/{name}.yaml"]
        dataset = kind(zipped, "datasets")[chart["dataset_uuid"]]
        metrics = {metric["metric_name"]: metric["expression"] for metric in dataset["metrics"]}

        assert named(chart["params"], metrics) - CONTRACT[dataset["table_name"]].keys() == set()

    def test_a_dataset_names_no_column_that_the_contract_lacks(self, zipped: dict[str, Any]) -> None:
        for dataset in kind(zipped, "datasets").values():
            known = CONTRACT[dataset["table_name"]]
            assert known[dataset["main_dttm_col"]] == "date"
            for metric in dataset["metrics"]:
                assert columns_of(metric["expression"]) - known.keys() == set()

    def test_a_column_that_is_gone_would_be_noticed(self) -> None:
        look = {"groupby": ["holder_name"], "adhoc_filters": [{"sqlExpression": "is_gone AND is_current"}]}

        assert named(look, {}) == {"holder_name", "is_gone", "is_current"}

    def test_the_filters_name_columns_of_the_contract(self, zipped: dict[str, Any]) -> None:
        (dashboard,) = kind(zipped, "dashboards").values()
        datasets = kind(zipped, "datasets")
        targets = [
            target for chosen in dashboard["metadata"]["native_filter_configuration"] for target in chosen["targets"]
        ]

        for target in filter(None, targets):
            assert target["column"]["name"] in CONTRACT[datasets[target["datasetUuid"]]["table_name"]]

    def test_every_column_is_described(self, zipped: dict[str, Any]) -> None:
        for dataset in kind(zipped, "datasets").values():
            known = CONTRACT[dataset["table_name"]]
            assert [column["column_name"] for column in dataset["columns"]] == list(known)
            assert all(column["description"] and column["verbose_name"] for column in dataset["columns"])
            assert dataset["description"].startswith("Grain: ")
            assert {column["column_name"] for column in dataset["columns"] if column["is_dttm"]} == {
                name for name, told in known.items() if told == "date"
            }

    def test_all_that_is_named_by_its_key_is_in_the_bundle(self, zipped: dict[str, Any]) -> None:
        (database,) = kind(zipped, "databases")
        (dashboard,) = kind(zipped, "dashboards").values()
        charts, datasets = kind(zipped, "charts"), kind(zipped, "datasets")
        placed = [cell["meta"] for cell in dashboard["position"].values() if dict_of(cell).get("type") == "CHART"]

        assert {dataset["database_uuid"] for dataset in datasets.values()} == {database}
        assert {chart["dataset_uuid"] for chart in charts.values()} == set(datasets)
        assert {(cell["uuid"], cell["sliceName"]) for cell in placed} == {
            (uuid, chart["slice_name"]) for uuid, chart in charts.items()
        }
        assert len({cell["chartId"] for cell in placed}) == len(charts)

    def test_it_shows_shifts_positions_evidence_and_coverage(self, zipped: dict[str, Any]) -> None:
        (dashboard,) = kind(zipped, "dashboards").values()

        assert [
            dashboard["position"][name]["meta"]["text"]
            for name in dashboard["position"]["GRID_ID"]["children"]
            if name.startswith("HEADER-")
        ] == ["Who stood where", "What changed", "Positions today", "Evidence", "Coverage"]

    def test_superset_asks_for_the_password(self, zipped: dict[str, Any]) -> None:
        (database,) = kind(zipped, "databases").values()

        assert database["sqlalchemy_uri"] == (
            "postgresql+psycopg2://bi_superset:XXXXXXXXXX@db.example:5544/stances?sslmode=prefer"
        )

    def test_the_same_place_gives_the_same_bytes_and_another_place_other_keys(self, zipped: dict[str, Any]) -> None:
        elsewhere = opened(bundle(replace(PLACE, database="others"), DICTIONARY))

        assert bundle(PLACE, DICTIONARY) == bundle(PLACE, DICTIONARY)
        assert kind(elsewhere, "charts").keys() & kind(zipped, "charts").keys() == set()
        names = {found["database_name"] for files in (zipped, elsewhere) for found in kind(files, "databases").values()}
        assert names == {"stancedb, stances at db.example:5544", "stancedb, others at db.example:5544"}

    @pytest.mark.parametrize("name", sorted(path.stem for path in (FOLDER / "charts").iterdir()))
    def test_a_chart_can_be_asked_without_a_browser(self, zipped: dict[str, Any], reported_url: str, name: str) -> None:
        chart = zipped[f"charts/{name}.yaml"]
        dataset = kind(zipped, "datasets")[chart["dataset_uuid"]]
        metrics = {metric["metric_name"]: metric["expression"] for metric in dataset["metrics"]}
        (query,) = json.loads(chart["query_context"])["queries"]
        dimensions = [part if isinstance(part, str) else part["sqlExpression"] for part in query["columns"]]
        counted = [f"{metrics[metric]} AS {metric}" for metric in query["metrics"]]
        grouped = f" GROUP BY {', '.join(dimensions)}" if dimensions and counted else ""

        with psycopg.connect(reported_url) as connection:
            rows = connection.execute(
                f"SELECT {', '.join([*dimensions, *counted])} FROM reporting.{dataset['table_name']}"
                f" WHERE {query['extras']['where'] or 'true'}{grouped}".encode()
            ).fetchall()
        assert rows

    def test_the_strips_show_a_shift_of_four_days(self, zipped: dict[str, Any], reported_url: str) -> None:
        look = zipped["charts/strips.yaml"]["params"]
        bars = ", ".join(look[part] for part in ("y_axis", "series", "start_time", "end_time"))
        order = ", ".join(
            f"{name} {'ASC' if is_up else 'DESC'}" for name, is_up in map(json.loads, look["order_by_cols"])
        )

        with psycopg.connect(reported_url) as connection:
            rows = connection.execute(
                f"SELECT {bars} FROM reporting.stance_wide WHERE is_default_rule"
                f" AND issue_code = 'jp-taiwan-use-of-force' ORDER BY {order}".encode()
            ).fetchall()
        assert ("Japan", "a case could warrant force", date(2025, 11, 7), date(2025, 11, 11)) in rows
        # Who changed comes before who did not.
        assert [row[0] for row in rows][:3] == ["Japan"] * 3
        assert {row[0] for row in rows[3:]} == {"Sanae Takaichi"}

    def test_a_rule_is_chosen_and_the_default_rule_comes_first(self, zipped: dict[str, Any], reported_url: str) -> None:
        (dashboard,) = kind(zipped, "dashboards").values()
        (rule,) = (
            found
            for found in dashboard["metadata"]["native_filter_configuration"]
            if found["id"] == "NATIVE_FILTER-rule"
        )
        dataset = kind(zipped, "datasets")[rule["targets"][0]["datasetUuid"]]
        (metric,) = (found for found in dataset["metrics"] if found["metric_name"] == rule["sortMetric"])

        with psycopg.connect(reported_url) as connection:
            rows = connection.execute(
                f"SELECT rule_code FROM reporting.{dataset['table_name']} GROUP BY rule_code"
                f" ORDER BY {metric['expression']} DESC".encode()
            ).fetchall()
        assert rows[0] == ("latest-word",)
        assert not rule["controlValues"]["multiSelect"]
        assert rule["requiredFirst"]

    def test_a_filter_leaves_out_only_charts_that_it_cannot_filter(self, zipped: dict[str, Any]) -> None:
        (dashboard,) = kind(zipped, "dashboards").values()
        names = {
            cell["meta"]["chartId"]: cell["meta"]["sliceName"]
            for cell in map(dict_of, dashboard["position"].values())
            if cell.get("type") == "CHART"
        }
        touched = {
            found["name"]: sorted(name for key, name in names.items() if key not in found["scope"]["excluded"])
            for found in dashboard["metadata"]["native_filter_configuration"]
        }

        assert touched["Question"] == touched["Rule"] == touched["Holder"]
        assert set(names.values()) - {*touched["Rule"]} == {
            "Articles a month, and how many are coded",
            "Coverage by outlet",
            "Share of articles coded",
        }
        assert touched["Changed since"] == [
            "Changes since the date",
            "Changes, by kind",
            "What changed since the date, and by which words",
        ]


def dict_of(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def asked_by_grafana(text: str) -> list[str]:
    """Return the queries of a dashboard of Grafana, with variables and macros filled in."""
    dashboard = json.loads(text)
    asked = [variable["query"] for variable in dashboard["templating"]["list"]]
    asked += [target["rawSql"] for panel in dashboard["panels"] for target in panel["targets"]]
    return [filled_by_grafana(question, holders=("japan", "sanae-takaichi", "china")) for question in asked]


def filled_by_grafana(
    question: str, *, issue: str = "jp-taiwan-use-of-force", holders: tuple[str, ...], rule: str = "latest-word"
) -> str:
    """Fill in what Grafana does before it asks: variables as texts of SQL, and the time that is shown."""
    values = {"issue": f"'{issue}'", "rule": f"'{rule}'", "holder": ",".join(f"'{holder}'" for holder in holders)}
    shown = re.sub(r"\$\{(\w+):sqlstring\}", lambda found: values[found[1]], question)
    return re.sub(r"\$__timeFilter\((\w+)\)", r"\1 BETWEEN '2021-12-01T00:00:00Z' AND '2026-12-01T00:00:00Z'", shown)


class TestTheDashboardOfGrafana:
    @pytest.fixture
    def dashboard(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(content_of("grafana-dashboard.json", PLACE))
        return found

    @pytest.fixture
    def timeline(self, dashboard: dict[str, Any]) -> dict[str, Any]:
        (panel,) = (panel for panel in dashboard["panels"] if panel["type"] == "state-timeline")
        return dict(panel)

    def rows_of(self, panel: dict[str, Any], query: str, url: str, **values: Any) -> list[dict[str, Any]]:
        (target,) = (target for target in panel["targets"] if target["refId"] == query)
        with psycopg.connect(url, row_factory=dict_row) as connection:
            return connection.execute(filled_by_grafana(target["rawSql"], **values).encode()).fetchall()

    def test_a_login_that_only_reads_can_ask_every_query(self, written: Path) -> None:
        (reader,) = re.findall(r'READER = "(.*)"', (written / "starter.py").read_text(encoding="utf-8"))

        with psycopg.connect(reader, password=PASSWORD) as connection:
            for question in asked_by_grafana((written / "grafana-dashboard.json").read_text(encoding="utf-8")):
                assert connection.execute(question.encode()).fetchall(), question

    def test_the_timeline_gets_a_time_a_holder_and_a_label_in_order(
        self, timeline: dict[str, Any], reported_url: str
    ) -> None:
        rows = self.rows_of(timeline, "A", reported_url, holders=("sanae-takaichi", "japan"))

        assert [(row["time"].isoformat()[:10], row["holder"], row["position"]) for row in rows] == [
            ("2021-04-04", "Japan", "leaves it open on purpose"),
            ("2025-11-07", "Japan", "a case could warrant force"),
            ("2025-11-11", "Japan", "leaves it open on purpose"),
            ("2024-09-12", "Sanae Takaichi", "a case could warrant force"),
        ]
        assert {row["time"].utcoffset() for row in rows} == {timedelta()}
        assert list(rows[0]) == ["time", "holder", "position"]

    def test_the_timeline_shows_on_each_day_what_is_reported_and_leaves_gaps_open(
        self, timeline: dict[str, Any], seeded_url: str, tmp_path: Path
    ) -> None:
        done(invoker(seeded_url, tmp_path)("reporting", "refresh"))
        with psycopg.connect(seeded_url) as connection:
            connection.execute("UPDATE reporting.fact_stance SET valid_to = valid_to - 1 WHERE valid_to IS NOT NULL")
            stances = connection.execute(
                "SELECT holder_name, position_label, valid_from, coalesce(valid_to, DATE '9999-12-31')"
                " FROM reporting.stance_wide WHERE is_default_rule AND issue_code = 'jp-remark-retraction'"
            ).fetchall()
            holders = tuple(
                code for (code,) in connection.execute("SELECT DISTINCT holder_code FROM reporting.stance_wide")
            )
        rows = self.rows_of(timeline, "A", seeded_url, issue="jp-remark-retraction", holders=holders)

        assert len(stances) > 1
        for holder in {stance[0] for stance in stances}:
            lane = [(row["time"].date(), row["position"]) for row in rows if row["holder"] == holder]
            assert lane == sorted(lane, key=lambda state: state[0])
            for day in (date(2025, 11, 1) + timedelta(days=number) for number in range(80)):
                held = [label for name, label, since, until in stances if name == holder and since <= day < until]
                drawn = [position for since, position in lane if since <= day][-1:]
                assert [position for position in drawn if position] == held, (holder, day)

    def test_every_position_has_a_colour_and_the_ends_of_the_scale_differ(
        self, timeline: dict[str, Any], reported_url: str
    ) -> None:
        rows = self.rows_of(timeline, "B", reported_url, holders=("japan",))
        colours = {row["label"]: row["color"] for row in rows}

        assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in colours.values())
        assert len(set(colours.values())) == len(colours) == 5
        mapped = timeline["transformations"][0]["options"]
        assert mapped["configRefId"] == "B"
        assert [mapping["fieldName"] for mapping in mapped["mappings"]] == ["label", "color"]

    def test_every_panel_and_variable_reads_the_data_source_that_is_provisioned(
        self, dashboard: dict[str, Any]
    ) -> None:
        (found,) = re.findall(r"```yaml\n(.*?)```", content_of("grafana.md", PLACE), re.DOTALL)
        (source,) = yaml.safe_load(found)["datasources"]
        users = [*dashboard["templating"]["list"], *dashboard["panels"]]
        users += [target for panel in dashboard["panels"] for target in panel["targets"]]

        assert {user["datasource"]["uid"] for user in users} == {source["uid"]}
        assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


class TestTheOtherFiles:
    @pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
    def test_every_question_runs_on_the_seeds(self, path: Path, reported_url: str) -> None:
        text = path.read_text(encoding="utf-8")
        blocks = {
            ".md": re.findall(r"```sql\n(.*?)```", text, re.DOTALL),
            ".sql": re.findall(r"^SELECT .*?;", text, re.DOTALL | re.MULTILINE),
            ".py": re.findall(r'"""\n(SELECT .*?)"""', text, re.DOTALL) + re.findall(r'"(SELECT .*?)"', text),
            ".R": re.findall(r'"\s*(SELECT .*?)"', text, re.DOTALL),
            ".json": asked_by_grafana(text) if path.suffix == ".json" else [],
        }.get(path.suffix, [])

        assert len(blocks) == text.count("FROM reporting.")
        with psycopg.connect(reported_url) as connection:
            for question in blocks:
                assert connection.execute(question.encode()).fetchall(), question

    def test_every_file_belongs_to_a_client(self) -> None:
        assert {path.name for path in TEXTS} == {client.file for client in CLIENTS} - {"superset-dashboard.zip"}

    def test_nothing_is_left_to_fill_in(self) -> None:
        for client, content in documents(PLACE, DICTIONARY):
            if not client.file.endswith(".zip"):
                assert re.findall(r"@\w+@", content.decode()) == [], client.file

    def test_settings_for_odbc_correct_its_defaults(self) -> None:
        for name in ("odbc.ini", "stancedb.dsn"):
            source = ConfigParser()
            source.read_string(content_of(name, PLACE))
            (section,) = source.sections()
            assert source[section]["port"] == "5544"
            assert [source[section][key] for key in ("ReadOnly", "UpdatableCursors", "BoolsAsChar")] == ["1", "0", "0"]

    def test_power_bi_finds_server_and_database(self) -> None:
        (connection,) = json.loads(content_of("stancedb.pbids", PLACE))["connections"]

        assert connection["details"] == {
            "protocol": "postgresql",
            "address": {"server": "db.example:5544", "database": "stances"},
        }

    def test_an_ipv6_address_is_in_brackets(self) -> None:
        assert '"server": "[::1]:5544"' in content_of("stancedb.pbids", replace(PLACE, host="::1"))

    def test_programs_that_reach_no_socket_get_no_file(self) -> None:
        names = {client.file for client, _ in documents(replace(PLACE, host="/run/postgresql"), DICTIONARY)}

        assert {client.file for client in CLIENTS} - names == {"stancedb.dsn", "stancedb.pbids"}

    def test_the_data_source_of_grafana_reads(self) -> None:
        (found,) = re.findall(r"```yaml\n(.*?)```", content_of("grafana.md", PLACE), re.DOTALL)

        (source,) = yaml.safe_load(found)["datasources"]
        assert (source["url"], source["user"]) == ("db.example:5544", "bi_superset")
        assert source["jsonData"]["sslmode"] == "require"
        assert source["secureJsonData"] == {"password": "$STANCEDB_READER_PASSWORD"}


@pytest.mark.parametrize(
    ("host", "sslmode", "decided"),
    [
        ("db.example", "prefer", "require"),
        ("localhost", "prefer", "disable"),
        ("/run/postgresql", "allow", "disable"),
        ("localhost", "verify-full", "verify-full"),
        ("db.example", "disable", "disable"),
    ],
)
def test_a_program_with_a_single_ssl_mode_encrypts_unless_told_or_on_the_same_machine(
    host: str, sslmode: str, decided: str
) -> None:
    assert replace(PLACE, host=host, sslmode=sslmode).decided_sslmode == decided


def content_of(name: str, place: Place) -> str:
    """Return a file as it is written for a place."""
    return next(content.decode() for client, content in documents(place, DICTIONARY) if client.file == name)


class TestTheStarters:
    def test_python_shows_who_stands_where(self, written: Path) -> None:
        shown = subprocess.run(
            [sys.executable, written / "starter.py"], env=environment(), capture_output=True, text=True, check=True
        )

        assert "jp-taiwan-use-of-force: Japan 'leaves it open on purpose' since" in shown.stdout
        assert "Japan, towards letting the remark stand: 'do not repeat it' to 'let it stand'" in shown.stdout

    @pytest.mark.skipif(shutil.which("psql") is None, reason="there is no psql on this machine")
    def test_psql_answers_every_question(self, written: Path) -> None:
        (line,) = re.findall(r'psql "(.*)" -f', (written / "starter.sql").read_text())
        shown = subprocess.run(
            ["psql", line, "-v", "ON_ERROR_STOP=1", "-f", written / "starter.sql"],  # noqa: S607 - found above
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )

        assert shown.stdout.count(" row)") + shown.stdout.count(" rows)") == 5

    @pytest.mark.skipif(not HAS_R, reason="there is no R with DBI and RPostgres or RPostgreSQL on this machine")
    def test_r_shows_who_stands_where(self, written: Path) -> None:
        shown = subprocess.run(
            ["Rscript", written / "starter.R"],  # noqa: S607 - found above
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )

        assert "leaves it open on purpose" in shown.stdout
        assert "towards letting the remark stand" in shown.stdout


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("postgresql://ana:s3cr3t@db/x", ("db", 5432, "x", "prefer")),
        ("postgres://ana@db:5433/x?sslmode=require", ("db", 5433, "x", "require")),
        ("postgresql://ana@/x?host=%2Frun%2Fpg&port=5555", ("/run/pg", 5555, "x", "prefer")),
        ("postgresql:///x", ("localhost", 5432, "x", "prefer")),
        ("postgresql://ana@/x?host=a,b&port=1,2", ("a", 1, "x", "prefer")),
    ],
)
def test_other_programs_are_sent_where_stancedb_goes(
    tmp_path: Path, address: str, found: tuple[str, int, str, str]
) -> None:
    place = whereabouts(Settings(database_url=address, data_dir=tmp_path, author="ana"))

    assert tuple(place[part] for part in ("host", "port", "database", "sslmode")) == found


class TestTheCommand:
    def test_no_file_holds_the_password(self, written: Path, run: Run, login: str) -> None:
        texts = [path.read_bytes() for path in written.iterdir()]
        with ZipFile(written / "superset-dashboard.zip") as files:
            texts += [files.read(name) for name in files.namelist()]
        url = make_url(done(run("db", "url")).stdout.strip())
        secret = [PASSWORD, *([url.password] if url.password else [])]

        assert [word for word in secret for text in texts if word.encode() in text] == []
        assert any(login.encode() in text for text in texts)

    def test_it_says_what_each_file_is_for(self, run: Run, login: str, tmp_path: Path) -> None:
        rows = answer(run, "reporting", "clients", login, "-o", tmp_path, "--host", "db.example", "--port", "6000")

        assert [row["file"] for row in rows] == [client.file for client in CLIENTS]
        assert {path.name for path in tmp_path.iterdir()} == {client.file for client in CLIENTS}
        assert "db.example:6000" in (tmp_path / "stancedb.pbids").read_text()

    def test_written_again_the_files_are_replaced(self, run: Run, login: str, tmp_path: Path) -> None:
        for port in (6000, 6001):
            done(run("reporting", "clients", login, "-o", tmp_path, "--host", "db.example", "--port", port))

        assert "db.example:6001" in (tmp_path / "stancedb.pbids").read_text()

    def test_a_login_that_may_not_read_is_refused(self, run: Run, tmp_path: Path) -> None:
        result = run("reporting", "clients", "nobody", "-o", tmp_path / "x")

        assert (result.exit_code, result.stderr) == (
            1,
            (
                "Error: There is no login 'nobody' with read access to the reporting schema. "
                "Run 'stancedb db grant-reader nobody'.\n"
            ),
        )
        assert not (tmp_path / "x").exists()

    def test_a_name_that_some_program_would_misread_is_refused(self, run: Run, login: str, tmp_path: Path) -> None:
        result = run("reporting", "clients", login, "-o", tmp_path / "x", "--host", 'a"; DROP')

        assert (result.exit_code, result.stderr) == (
            1,
            "Error: 'a\"; DROP' contains characters that not all of these programs can read.\n",
        )
        assert not (tmp_path / "x").exists()

    def test_before_the_first_refresh_it_says_that_nothing_is_reported(
        self, connection_url: str, tmp_path: Path, admin_url: str
    ) -> None:
        owner = make_url(admin_url).username

        said = done(invoker(connection_url, tmp_path)("reporting", "clients", owner, "-o", tmp_path / "x")).stderr
        assert "The reporting schema is empty. Run 'stancedb reporting refresh'.\n" in said
