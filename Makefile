# The environment is made once, and again when the metadata changes.
PYTHON ?= python3
BIN := .venv/bin
PYTEST ?= pytest
ARGS ?=

.PHONY: demo test check bench docs clean

demo: .venv/demo ## Run the shop and a local Flowwise; ARGS=--once pays one order and stops
	@$(BIN)/python manage.py demo $(ARGS)

test: .venv/dev ## Run the tests
	$(BIN)/$(PYTEST) $(ARGS)

check: .venv/dev ## Lint, format, types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: .venv/dev ## Print what our code costs beside the bare calls
	$(BIN)/python -m benchmarks

docs: .venv/dev ## Build the documentation into docs/_build
	$(BIN)/sphinx-build -W docs docs/_build

clean: ## Forget the environment and the demo's database
	rm -rf .venv .demo

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo: setup.cfg pyproject.toml | .venv/bin/python
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/dev: setup.cfg pyproject.toml | .venv/bin/python
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@ .venv/demo
