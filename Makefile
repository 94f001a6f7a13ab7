# Sekisho's targets. `make help` explains them.
.DEFAULT_GOAL := help
PYTHON ?= python3.11
ifeq ($(shell command -v $(PYTHON) 2>/dev/null),)
PYTHON := python3
endif
BIN := .venv/bin

.PHONY: help setup run test check format floors lock messages clean

help: ## Explain the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.run-ready: requirements/run.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Sekisho needs into .venv (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev-ready: requirements/dev.lock .venv/.run-ready
	@echo "Installing the tools for tests and checks into .venv (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

setup: .venv/.dev-ready ## Make the virtual environment .venv, with everything for work and tests

lock: setup ## Pin every dependency with hashes again
	@$(BIN)/python tools/lock.py
