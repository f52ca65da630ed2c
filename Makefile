# Few verbs, each complete on a fresh clone with Python 3.11 or later and git: whatever needs the
# environment makes it first, and makes it again only when what is pinned has changed.

.POSIX:
.SUFFIXES:
.PHONY: demo test fast lint types coverage bench soak tryton tryton-test clean

PYTHON = python3
VENV   = .venv
BIN    = $(VENV)/bin
STAMP  = $(VENV)/.tieout-installed
TRYTON = $(VENV)/.tryton-installed

# With what is pinned; by uv where it is at hand, else by pip.
INSTALL = $$(if command -v uv >/dev/null 2>&1; \
	then echo "uv pip install --quiet --python $(BIN)/python"; \
	else echo "$(BIN)/python -m pip install --quiet --disable-pip-version-check"; \
	fi) -c constraints.txt

# Where a suite has no test yet, pytest says so and exits 5: nothing to run is not a failure.
NONE_IS_FINE = || [ $$? -eq 5 ]

# The whole route on the sample company, offline.
demo: $(STAMP)
	@$(BIN)/tieout demo

# The gate: what CI runs and what must pass before a commit. The tests come last, for their summary.
test: lint types
	$(BIN)/python -m pytest -n auto --dist worksteal

# While working: the unit tests alone, in well under a minute.
fast: $(STAMP)
	$(BIN)/python -m pytest -q -n auto tests/unit

# Style, and the one import rule.
lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo

types: $(STAMP)
	$(BIN)/mypy

# What plans and what writes, branch by branch: fails below all of them, and names those that are missing.
coverage: $(STAMP)
	$(BIN)/python -m pytest -q -n auto --dist worksteal --cov=tieout.planning --cov=tieout.applying \
		--cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100 \
		tests/unit tests/scenarios tests/faults tests/properties

# Ratios against a bound measured in the same run; alone on the machine, one at a time.
bench: $(STAMP)
	$(BIN)/python -m pytest -m bench -s $(NONE_IS_FINE)

# Long and random: faults, properties with many examples.
soak: $(STAMP)
	$(BIN)/python -m pytest -m soak -n auto $(NONE_IS_FINE)

# A real Tryton with the sample company in it, to be tried by hand; Ctrl-C stops it.
tryton: $(TRYTON)
	$(BIN)/python tests/tryton_server.py

# The tests against a real Tryton. The gate runs them where Tryton is installed, and says so where not.
tryton-test: $(TRYTON)
	$(BIN)/python -m pytest -m "tryton and not bench and not soak" -n auto --dist loadgroup

clean:
	rm -rf $(VENV) build dist .coverage .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache
	find engine tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The build backend comes first, so that the project itself is built with the pinned one and
# without a second, unpinned environment of pip's own.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "tieout needs Python 3.11 or later; name one: make PYTHON=python3.11 ..." >&2; \
		exit 1; }
	@echo "installing into $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) hatchling && $(INSTALL) --no-build-isolation -e '.[test]'
	@touch $(STAMP)

$(TRYTON): $(STAMP)
	@echo "installing Tryton and PostgreSQL into $(VENV) (once)"
	@$(INSTALL) --no-build-isolation -e '.[test,tryton]'
	@touch $(TRYTON)
