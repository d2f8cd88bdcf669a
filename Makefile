# Footing. Two commands matter: `make run` and `make test`. `make help` lists the rest.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-test browser-ready provider-ready faults run check test browser blueprints-check bench backtest sizing-report migration lock
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
UV := $(BIN)/uv --no-progress --quiet
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

# A stamp is named by the hash of the locks it stands for: when a lock changes, its stamp is absent.
hash = $(shell cat $(1) | sha256sum | cut -c1-16)
APP_STAMP := .venv/.app-$(call hash,requirements/uv.txt requirements/app.txt)
PROVIDER_STAMP := .venv/.provider-$(call hash,tests/oidc/package-lock.json)
TEST_STAMP := .venv/.test-$(call hash,requirements/uv.txt requirements/test.txt)
# Tools that read infrastructure code, in an environment of their own: docs/blueprints.md says which and why.
TOOLS := .venv-blueprints
TOOLS_STAMP := $(TOOLS)/.ready-$(call hash,requirements/uv.txt requirements/blueprints.txt)

help: ## show what there is to do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

setup: $(APP_STAMP) ## leave a ready .venv with what Footing needs to run

run: setup ## install, migrate and serve on 127.0.0.1:8000
	@exec $(BIN)/footing serve

check: setup-test ## formatting, lint, types, layers, templates, migrations: no test is run
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --check templates
	$(BIN)/djlint --quiet --lint templates
	folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	  export FOOTING_DATABASE_URL="sqlite:///$$folder/footing.db"; \
	  $(BIN)/alembic upgrade head && $(BIN)/alembic check

test: setup-test browser-ready provider-ready check ## everything: check, then all tests on SQLite, PostgreSQL and in a browser
	$(BIN)/pytest -n 2 --dist loadgroup

browser: setup-test browser-ready ## only the journeys in a real browser
	$(BIN)/pytest -m browser

faults: setup-test ## attacks and faults with the numbers of a real one; takes some minutes
	FAULTS=full $(BIN)/pytest -v tests/faults tests/services/test_at_once.py tests/services/test_weights.py

blueprints-check: setup-test ## the infrastructure code with checkov, ansible-lint (installed for it), terraform, kubectl
	@$(MAKE) --no-print-directory $(TOOLS_STAMP) || echo "Not all could be installed: what is missing is skipped below, with its reason."
	$(BIN)/pytest -rs -v tests/blueprints/test_tools.py tests/blueprints/test_locks.py

bench: setup-test ## how fast it is, as ratios measured in one run; takes some minutes, nothing fails
	@$(BIN)/python -m benchmarks

backtest: setup ## put the published cases to the engine again, and keep what it says to ship it
	@$(BIN)/footing backtest --keep app/reference/backtest.json

sizing-report: setup ## fit sizing to what was published and write docs/sizing_validation.md anew
	@$(BIN)/footing validate --report docs/sizing_validation.md

migration: setup-test ## write the migration for a changed table: make migration M="add teams"
	$(BIN)/alembic revision --autogenerate -m "$(M)"

lock: setup ## lock requirements/*.in again, newest versions that fit
	for name in uv app test blueprints; do \
	  $(UV) pip compile --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	    --custom-compile-command "make lock" requirements/$$name.in -o requirements/$$name.txt; \
	done

setup-test: $(APP_STAMP) $(TEST_STAMP)

browser-ready:
	@if [ -z "$(CHROMIUM)" ]; then \
	  if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
	    echo "The tests drive a real browser and found none: install Chromium (on Debian: sudo apt-get install chromium) and run this again." >&2; exit 1; \
	  fi; \
	  echo "Installing Chromium from Debian for the browser tests."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null; \
	fi

# Signing in by OpenID is tested against a certified provider, which is written for Node.js.
provider-ready: $(APP_STAMP)
	@if ! command -v npm >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Node.js from Debian for the OpenID provider of the tests."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; \
	fi; \
	if [ -e $(PROVIDER_STAMP) ]; then :; \
	elif command -v npm >/dev/null; then \
	  mkdir -p .venv/oidc-provider && cp tests/oidc/package.json tests/oidc/package-lock.json .venv/oidc-provider/; \
	  (cd .venv/oidc-provider && npm ci --silent --no-audit --no-fund --ignore-scripts); \
	  rm -f .venv/.provider-*; touch $(PROVIDER_STAMP); \
	else echo "There is no Node.js here: the tests against a real OpenID provider will be skipped."; fi

$(TEST_STAMP): $(APP_STAMP)
	$(UV) pip install --python $(BIN)/python --require-hashes -r requirements/test.txt
	rm -f .venv/.test-*; touch $@

$(TOOLS_STAMP): $(APP_STAMP)
	$(UV) venv --allow-existing --python $(BIN)/python $(TOOLS)
	$(UV) pip install --python $(TOOLS)/bin/python --require-hashes -r requirements/blueprints.txt
	rm -f $(TOOLS)/.ready-*; touch $@

$(APP_STAMP): | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(UV) pip install --python $(BIN)/python --require-hashes -r requirements/app.txt
	$(UV) pip install --python $(BIN)/python --no-deps --offline --editable .
	rm -f .venv/.app-*; touch $@

$(BIN)/python:
	@if [ -z "$(PYTHON)" ] || ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
	  echo "Footing needs Python 3.11 or newer: install it (on Debian: apt-get install python3 python3-venv) and run this again." >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "Python is here, but its venv module is not: install it (on Debian: apt-get install python3-venv) and run this again." >&2; exit 1; fi
	@if ! [ -w . ]; then \
	  echo "Footing installs into .venv in this folder and may not write here ($(CURDIR)): run this as its owner, or clone it where you may write." >&2; exit 1; fi
	$(PYTHON) -m venv .venv
