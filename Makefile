# Every command a person or a build server runs; `make` alone lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.8

# A stamp carries the checksum of what it installed: nothing is fetched twice, and nothing stale is trusted.
checksum = $(shell cat $(1) | cksum | cut -d ' ' -f 1)
RUNTIME := $(VENV)/runtime-$(call checksum,requirements.txt)
PROJECT := $(VENV)/project-$(call checksum,pyproject.toml)
DEV := $(VENV)/dev-$(call checksum,requirements-dev.txt)
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help install demo test check prove acts faults mutate format bench openapi tables catalogue lock sbom audit-deps clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

install: $(RUNTIME) $(PROJECT) ## make .venv with the doseward command

demo: install ## install, migrate, seed, serve a demo ward (DOSEWARD_PORT moves the port)
	@exec $(BIN)/doseward demo

test: install $(DEV) ## install everything the tests need and run them (BROWSER=none leaves out the browser)
	@exec $(BIN)/python -m scripts.run_tests

check: install $(DEV) ## format, lint, types, floors, rules and docs
	@echo "== format";       $(BIN)/ruff format --check .
	@echo "== lint";         $(BIN)/ruff check .
	@echo "== types";        $(BIN)/mypy
	@echo "== floors";       $(BIN)/lint-imports --no-cache --no-logo
	@echo "== rules, docs";  $(BIN)/pytest -q tests/rules

prove: install $(DEV) ## compare a million random contexts with the second evaluator (CONTEXTS=n, SEED=n)
	@exec $(BIN)/python -m tests.second --processes 2 --contexts $(or $(CONTEXTS),1000000) --seed $(or $(SEED),1)

acts: install $(DEV) ## play random acts on a ward and look at the whole record after each (SEEDS=n, SEED=first)
	@exec $(BIN)/python -m tests.acts --seeds $(or $(SEEDS),200) --first $(or $(SEED),1)

faults: install $(DEV) ## the feed under the full load, a thousand readers (ROWS=n, EVENTS=n, READERS=n), and 200 kills of server and lane on each database (KILLS=n)
	@$(BIN)/python -m tests.feedload --rows $(or $(ROWS),1000000) --events $(or $(EVENTS),50000) --readers $(or $(READERS),950)
	@KILLS=$(or $(KILLS),200) exec $(BIN)/pytest -q tests/faults/test_kills.py tests/faults/test_webhook_kills.py

mutate: install $(DEV) ## change app/domain a little in every place and see that a test notices (ONLY=core, ONLY=facts.py)
	@exec $(BIN)/python -m tests.mutants --processes 2 --only '$(or $(ONLY),*)'

format: $(DEV) ## rewrite the code in the house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: install $(DEV) ## measure both databases against a bare floor
	@exec $(BIN)/python -m bench

openapi: install ## write docs/openapi.json
	@$(BIN)/doseward openapi > docs/openapi.json.new && mv docs/openapi.json.new docs/openapi.json

tables: install ## write docs/protocols/, the tables to check against the papers
	@for id in lvhn-2015 consensus-2014 uspi-2023 til-2024; do \
	  $(BIN)/doseward protocol table $$id > docs/protocols/$$id.md.new && mv docs/protocols/$$id.md.new docs/protocols/$$id.md || exit 1; \
	done

catalogue: install $(DEV) ## draw new sentences into app/web/locale, compile it, and name what is not translated
	@$(BIN)/python -m scripts.catalogue

lock: $(BIN)/pip ## recompile both requirements files (UPGRADE=1 moves to the newest versions)
	@$(PIP) install --quiet uv==$(UV_VERSION)
	@sh scripts/lock.sh "$(UPGRADE)"

sbom: install $(DEV) ## write build/sbom.json, what an installation consists of (CycloneDX)
	@mkdir -p build
	@$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.txt --pyproject pyproject.toml \
	  --output-reproducible --of JSON --output-file build/sbom.json
	@echo "wrote build/sbom.json"

audit-deps: install $(DEV) ## ask whether anything installed has a known weakness (SNAPSHOT=all.zip asks a saved copy)
	@SNAPSHOT='$(SNAPSHOT)' $(BIN)/python -m scripts.audit_deps

clean: ## remove what the tools left behind; .venv and databases stay
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist *.egg-info
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(BIN)/pip:
	@sh scripts/prerequisites.sh "$(PYTHON)"
	@echo "Making $(VENV)"
	@"$(PYTHON)" -m venv $(VENV)

$(RUNTIME): | $(BIN)/pip
	@echo "Installing what Doseward runs on, hash-checked (about half a minute)"
	@$(PIP) install --require-hashes --requirement requirements.txt
	@rm -f $(VENV)/runtime-* && touch $@

$(PROJECT): $(RUNTIME) | $(BIN)/pip
	@echo "Installing the doseward command"
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/project-* && touch $@

$(DEV): | $(RUNTIME) $(BIN)/pip
	@echo "Installing what the tests and checks need, hash-checked (about half a minute)"
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@rm -f $(VENV)/dev-* && touch $@
