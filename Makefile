# Needs Python >= 3.11 and make; everything else is fetched, locked by hash, into .venv. `make` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help up demo test test-waiting test-browser test-units test-crash kills pages pictures check format bench docs lock environment browser
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

# Children must keep their bytecode: importing Dagster takes 1.9 s with it and 4.3 s without.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONUNBUFFERED := 1

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.synced
UV_VERSION := 0.13.9
UV = $(shell command -v uv || echo $(BIN)/uv)

help: ## what there is
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | awk -F '\t' '{printf "  make %-8s %s\n", $$1, $$2}'

up: $(READY) ## start everything on this machine (Ctrl-C ends it); data in EFIR_HOME, default .efir
	@exec $(BIN)/efir up

demo: $(READY) ## the same with a synthetic cohort to look at; data in .efir-demo
	@exec $(BIN)/efir demo

test: $(READY) browser ## every test, from units to a browser that walks a lead through the funnel
	@echo "Tests with a browser, and beside them all others; each half is shown when it ends …"
	@$(MAKE) --keep-going --jobs 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) test-waiting test-units

# One after the other: what kills processes waits for them to come back, as the browser waits for sessions.
test-waiting:
	@$(MAKE) --keep-going --jobs 1 test-browser test-crash

# The browser mostly waits for sessions to begin and end; two workers compute meanwhile and give way to it, for whatever
# delays it makes it play longer. A process of its own: a started browser leaves its loop in the process that started it.
test-browser:
	@$(BIN)/python -m pytest tests/journeys tests/screen

# Not reordered: tests/conftest.py puts the longest files first.
UNITS = --ignore tests/journeys --ignore tests/screen --ignore tests/pages --ignore tests/pictures

test-units:
	@nice -n 19 $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m "not crash" $(UNITS)

test-crash:
	@nice -n 19 $(BIN)/python -m pytest -m crash $(UNITS)

kills: $(READY) ## 500 seeded episodes with a kill -9 at every named point (a quarter of an hour)
	@EFIR_EPISODES=$${EFIR_EPISODES:-500} $(BIN)/python -m pytest -s tests/kills

pages: $(READY) browser ## every page by day and night, on phone and laptop, with axe and by keyboard (four minutes)
	@$(BIN)/python -m pytest tests/pages

pictures: $(READY) browser ## the pictures of studio and cabinet in docs/images, of the demo; journeys take the others (three minutes)
	@$(BIN)/python -m pytest tests/pictures

check: $(READY) ## format, lint, types, imports, SQL and generated docs: what must hold before a commit
	@$(BIN)/python -m efir.check

format: $(READY) ## let ruff rewrite what it may
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix-only --quiet .

bench: $(READY) ## the numbers of docs/benchmarks.md, measured here
	@$(BIN)/python -m benchmarks

docs: $(READY) ## generate docs/events, metrics, settings and .env.example from the code
	@$(BIN)/python -m efir.docs

lock: $(READY) ## choose new versions for requirements.lock within the bounds of pyproject.toml
	@$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-annotate \
		--group dev pyproject.toml -o requirements.lock

environment: $(READY)

browser:
	@.ci/browser

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Efir needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python."; exit 1; }
	@test -x $(BIN)/python || { echo "Making the environment in $(VENV) …"; $(PYTHON) -m venv $(VENV) || { \
		rm -rf $(VENV); echo "This Python cannot make environments; on Debian: apt-get install python3-venv."; exit 1; }; }
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@echo "Installing the locked packages …"
	@$(UV) pip sync --quiet --require-hashes --compile-bytecode --python $(BIN)/python requirements.lock
	@$(UV) pip install --quiet --no-deps --python $(BIN)/python --editable .
	@touch $@
