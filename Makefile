# You need Python 3.11 or newer. Start with `make demo` or `make test`.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
WORKERS ?= 2

.PHONY: help demo test quick trials check format lint sql types pictures docs bench bad killed crowd mutants wheel clean

help: ## List the targets.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.installed ## Create a database in .demo, load the worked example and print the answer.
	@env -u STANCEDB_DATABASE_URL STANCEDB_DATA_DIR=.demo $(BIN)/stancedb demo

test: $(VENV)/.installed-dev ## Run the tests on embedded PostgreSQL 18, or on STANCEDB_TEST_DATABASE_URL.
	$(BIN)/pytest -n $(WORKERS) -m 'not trial'

quick: $(VENV)/.installed-dev ## Run the tests that need no database, in less than a minute.
	$(BIN)/pytest -n $(WORKERS) -m 'not slow'

trials: $(VENV)/.installed-dev ## Run the tests that take minutes: killed loads, full disks, copies, a corrupted catalogue.
	$(BIN)/pytest -n $(WORKERS) -m trial

check: format lint sql types test trials ## Run everything that a change must pass.

format: $(VENV)/.installed-dev ## Check the formatting.
	$(BIN)/ruff format --check .

lint: $(VENV)/.installed-dev ## Lint the Python code.
	$(BIN)/ruff check .

sql: $(VENV)/.installed-dev ## Lint the SQL files. This takes half a minute, so pre-commit lints only changed files.
	$(BIN)/sqlfluff lint --disable-progress-bar --processes $(WORKERS) stancedb

types: $(VENV)/.installed-dev ## Check the types.
	$(BIN)/mypy

docs: $(VENV)/.installed-dev ## Build the documentation site into site/; a warning fails the build.
	@# MkDocs and Material announce their end of support on every call; see docs/decisions/this-site.md.
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --clean --quiet
	@echo 'The site is in site/; to browse it with the search, run $(BIN)/mkdocs serve.'

pictures: $(VENV)/.installed-dev ## Draw the pictures of the documentation again.
	$(BIN)/python -m tests.plot.pictures

bench: $(VENV)/.installed-dev ## Measure speed, as ratios to a baseline of the same run.
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/loading.py 100000
	$(BIN)/python benchmarks/pages.py
	$(BIN)/python benchmarks/reporting.py
	$(BIN)/python benchmarks/copies.py
	$(BIN)/python benchmarks/workbench.py
	$(BIN)/python benchmarks/candidates.py

bad: $(VENV)/.installed-dev ## Load ten thousand generated invalid files and print what breaks a rule.
	$(BIN)/python -m tests.loading.badness

killed: $(VENV)/.installed-dev ## Kill twenty large loads and five servers at random moments and print what is left.
	$(BIN)/python -m tests.loading.killed

crowd: $(VENV)/.installed-dev ## Run six concurrent writers that make a hundred changes and print how each ended.
	$(BIN)/python -m tests.operations.crowd 100

mutants: $(VENV)/.installed-dev ## Change the core in one place at a time and print which changes no test detects; ONLY=area, QUICK=1.
	$(BIN)/python -m tests.mutants --jobs $(WORKERS) --only '$(ONLY)' $(if $(QUICK),--quick)

wheel: $(VENV)/.installed-dev ## Build the wheel, including migrations and seeds.
	$(BIN)/python -m build --wheel

clean: ## Remove the environment, the demo database and the build output.
	-@test ! -x $(BIN)/stancedb || STANCEDB_DATA_DIR=.demo $(BIN)/stancedb db stop
	rm -rf $(VENV) .demo dist site

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'stancedb needs Python 3.11 or newer. Choose one with: make PYTHON=python3.12'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@# Older versions of pip warn about an extra of lxml whose name they do not match. A newer pip is left as it is.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=23.3'

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.installed
