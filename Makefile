# Sekisho's targets; `make help` explains them. Needed: Python 3.11 or later, and make.
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
WORKERS ?= auto
MODEL := src/sekisho/detection/models/two-step-3

.PHONY: help run setup test test-sqlite test-postgres check lint types floors messages migrations docs format lock model test-model bench clean

help: ## Explain the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.run-ready ## Set everything up, send example requests through the gate, show what was decided, keep serving
	@$(BIN)/sekisho serve --demo --tour

setup: .venv/.dev-ready ## Make the virtual environment .venv with everything for work and tests, and nothing else

test: test-sqlite test-postgres ## Set up, then run every test: on SQLite, then what touches the database on a real PostgreSQL

test-sqlite: setup ## Every test, on SQLite
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

test-postgres: setup ## Every test that touches the database, on PostgreSQL (a child process, no system package)
	@SEKISHO_TEST_DATABASE=postgres $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "database and not browser"

check: lint types floors messages migrations docs ## Lint, strict types, floors, messages, migrations, docs

lint: setup ## Ruff: mistakes and layout
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .

types: setup ## Mypy, strict
	@$(BIN)/mypy

floors: setup ## Rooms use only the floors beneath them; what decides imports no Django
	@$(BIN)/lint-imports --no-cache

messages: setup ## Every string exists in Japanese, and the compiled catalogue is fresh
	@$(BIN)/python tools/messages.py --check

migrations: setup ## No model without its migration
	@SEKISHO_DATA_DIR=build/check $(BIN)/python -m django makemigrations --check --dry-run --settings sekisho.settings

docs: setup ## Generated pages are fresh, links in docs lead somewhere
	@$(BIN)/python -m pytest -q tests/docs

format: setup ## Lay the code out, and mend what can be mended
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

lock: setup ## Pin every dependency again, with hashes
	@$(BIN)/python tools/lock.py

model: setup .venv-train/.ready ## Train the local scorer again, in an environment of its own (an hour): make model DATA=folder-of-the-training-pool
	@test -n "$(DATA)" || { echo "Name the folder of the training pool: make model DATA=folder [DEV=dev.jsonl.gz]"; exit 2; }
	@OMP_WAIT_POLICY=passive .venv-train/bin/python -m sekisho.detection.train.reader $(DATA) --written data/policy-set --out build/reader
	@.venv-train/bin/python -m sekisho.detection.train $(DATA) --written data/policy-set --reader build/reader --out $(MODEL) --page docs/rules/scorer-card.md $(if $(DEV),--dev $(DEV))
	@$(BIN)/python tools/policy_thresholds.py

test-model: setup .venv-train/.ready ## What only the training environment can test: the network, its teaching, its file
	@.venv-train/bin/python -m pytest -q -c tests/training/pytest.ini --confcutdir tests/training tests/training

bench: setup ## Measure the gate beside its peers: make bench LITELLM=… PORTKEY=… (see benchmarks/gateway.py)
	@$(BIN)/python benchmarks/gateway.py $(if $(LITELLM),--litellm $(LITELLM)) $(if $(PORTKEY),--portkey $(PORTKEY))

clean: ## Remove what the targets made, but not data
	@rm -rf .venv .venv-train build dist .mypy_cache .ruff_cache .pytest_cache

# torch without a hash: its builds for one version differ by machine (with or without CUDA)
.venv-train/.ready: requirements/run.lock requirements/train.lock
	@test -x .venv-train/bin/python || $(PYTHON) -m venv .venv-train
	@echo "Installing what training needs into .venv-train (once) …"
	@.venv-train/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	@.venv-train/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/train.lock
	@.venv-train/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 pytest
	@.venv-train/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.run-ready: requirements/run.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Sekisho needs into .venv (once) …"
	@$(PIP) --require-hashes -r requirements/run.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev-ready: requirements/dev.lock .venv/.run-ready
	@echo "Installing the tools for work and tests into .venv (once) …"
	@$(PIP) --require-hashes -r requirements/dev.lock
	@touch $@
