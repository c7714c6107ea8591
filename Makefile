# Two commands do everything on a machine with Python 3.11 or newer: `make demo` and `make test`.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
WORKERS ?= 2

.PHONY: help demo test quick trials check format lint sql types docs bench bad killed crowd mutants wheel clean

help: ## Show this list.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.installed ## Make a database of its own in .demo, load the worked example, and answer from it.
	@env -u STANCEDB_DATABASE_URL STANCEDB_DATA_DIR=.demo $(BIN)/stancedb demo

test: $(VENV)/.installed-dev ## Run the tests on embedded PostgreSQL 18, or on STANCEDB_TEST_DATABASE_URL.
	$(BIN)/pytest -n $(WORKERS) -m 'not trial'

quick: $(VENV)/.installed-dev ## Run the tests that take no database, in less than a minute.
	$(BIN)/pytest -n $(WORKERS) -m 'not slow'

trials: $(VENV)/.installed-dev ## Run the tests that take minutes: kills, full disks, copies, a catalogue tampered with.
	$(BIN)/pytest -n $(WORKERS) -m trial

check: format lint sql types test trials ## Everything a change has to pass.

format: $(VENV)/.installed-dev ## Is everything formatted?
	$(BIN)/ruff format --check .

lint: $(VENV)/.installed-dev ## Are all rules kept?
	$(BIN)/ruff check .

sql: $(VENV)/.installed-dev ## Lint the SQL files. It takes half a minute, so pre-commit lints only those that changed.
	$(BIN)/sqlfluff lint --disable-progress-bar --processes $(WORKERS) stancedb

types: $(VENV)/.installed-dev ## Do the types hold?
	$(BIN)/mypy

docs: $(VENV)/.installed-dev ## Build the site of the documentation into site/, without a warning.
	@# Both builders announce their end of support with each call; docs/decisions/this-site.md says what we make of it.
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --clean --quiet
	@echo 'The site is in site/; $(BIN)/mkdocs serve shows it with its search.'

bench: $(VENV)/.installed-dev ## Measure speed, as ratios against a baseline of the same run.
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/loading.py 100000
	$(BIN)/python benchmarks/pages.py
	$(BIN)/python benchmarks/reporting.py
	$(BIN)/python benchmarks/copies.py
	$(BIN)/python benchmarks/workbench.py
	$(BIN)/python benchmarks/candidates.py

bad: $(VENV)/.installed-dev ## Load ten thousand generated bad files, and print what breaks a rule.
	$(BIN)/python -m tests.loading.badness

killed: $(VENV)/.installed-dev ## Kill twenty large loads and five servers at random moments, and print what is left.
	$(BIN)/python -m tests.loading.killed

crowd: $(VENV)/.installed-dev ## Let six writers at once make a hundred changes, and print how each ended.
	$(BIN)/python -m tests.operations.crowd 100

mutants: $(VENV)/.installed-dev ## Change the core in one place at a time, and print which changes no test notices; ONLY=area, QUICK=1.
	$(BIN)/python -m tests.mutants --jobs $(WORKERS) --only '$(ONLY)' $(if $(QUICK),--quick)

wheel: $(VENV)/.installed-dev ## Build the wheel, with migrations and seeds inside.
	$(BIN)/python -m build --wheel

clean: ## Remove the environment, the demo's database and what was built.
	-@test ! -x $(BIN)/stancedb || STANCEDB_DATA_DIR=.demo $(BIN)/stancedb db stop
	rm -rf $(VENV) .demo dist site

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'stancedb needs Python 3.11 or newer; name one with make PYTHON=python3.12'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@# An older pip warns about an extra of lxml, whose name it does not match; nothing is fetched where pip is newer.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=23.3'

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.installed
