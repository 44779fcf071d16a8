# The only list of commands: people, hooks and CI call the same.
# Everything is made inside this directory; `make clean` removes it again. The data of a running
# installation lies elsewhere (NETZSTADT_DATA_DIR) and is never touched from here.

PYTHON3 ?= python3
PYTHON := .venv/bin/python
# Two at a time; a file's tests stay together, for they share what is dear to make.
PYTEST := $(PYTHON) -m pytest -n 2 --dist loadfile -rs --durations=25 --durations-min=5
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test soak check bench format docs lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## Install what the product needs, into this directory
	@$(PYTHON3) tools/setup.py run

setup-test: ## The same, the tools of tests and checks, a browser, a virus scanner
	@$(PYTHON3) tools/setup.py test

run: setup ## Start everything, print the address; Ctrl-C stops
	@exec .venv/bin/netzstadt up

test: setup-test ## All tests; ARGS='tests/plane -k ingest' runs a part
	@echo "Full data sets and full numbers of rounds: make soak"
	@$(PYTEST) $(ARGS)

soak: setup-test ## All tests with full data sets and full numbers of kill rounds
	@NETZSTADT_SOAK=1 $(PYTEST) $(ARGS)

check: setup-test ## Format, lint, types, walls, templates, migrations, translations, docs
	@$(PYTHON) tools/check.py $(ARGS)

bench: setup-test ## Measure, beside the limits of this machine in the same run
	@.venv/bin/netzstadt bench $(ARGS)

format: setup-test ## Put Python, templates and scripts into the house's form
	@$(PYTHON) -m ruff check --fix --exit-zero --quiet .
	@$(PYTHON) -m ruff format .
	@find src/netzstadt -name '*.html' -print0 | xargs -0 --no-run-if-empty .venv/bin/djade --target-version 5.2 || true
	@node_modules/.bin/biome format --write src/netzstadt

docs: setup-test ## Write the reference from the code, build the documentation into site/
	@$(PYTHON) tools/reference.py
	@.venv/bin/mkdocs build --strict --quiet
	@echo "The documentation is in site/index.html"

lock: setup-test ## Renew the locks of the Python packages from pyproject.toml
	@$(PYTHON) tools/lock.py

clean: ## Remove what set-up and checks made here
	rm -rf .venv node_modules build site dist .setup src/netzstadt/static/vendor src/netzstadt/fonts
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
	find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
