# Every step sets up what it needs and does nothing twice. `make` alone lists the steps.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

DEMO := build/demo
FAMILIES ?= 60
REMAINS ?= 80
SEED ?= 1950

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help setup browser postgres run case test lint bench verify names lock clean

help: ## list the steps
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS='	' read -r step what; do printf '  make %-9s %s\n' "$$step" "$$what"; done

setup: $(READY) ## build .venv from the hashed requirements

$(READY): requirements/dev.txt pyproject.toml tools/venv.sh
	@sh tools/venv.sh $(VENV)
	@touch $@

browser: ## install Debian's chromium if there is no browser for the tests
	@sh tools/browser.sh

run: setup ## make the demonstration's register, identify, and serve it on 127.0.0.1:8000
	$(BIN)/homeward demo

case: setup ## the same without a register: grow a synthetic case in files, identify, score, write the report
	@rm -rf $(DEMO)
	$(BIN)/homeward simulate $(DEMO) --families $(FAMILIES) --remains $(REMAINS) --seed $(SEED)
	$(BIN)/homeward identify $(DEMO)/case --out $(DEMO)/results
	$(BIN)/homeward score $(DEMO)/results $(DEMO)/truth.csv
	@echo
	@echo "The report is a page to open in a browser: $(CURDIR)/$(DEMO)/results/report.html"

postgres: ## install Debian's PostgreSQL if there is none for the tests
	@sh tools/postgres.sh

# JUNIT=folder keeps the results of both parts as XML.
junit = $(if $(JUNIT),--junitxml=$(JUNIT)/$(1).xml)

test: setup browser postgres ## run the test suite, the desk's part on SQLite and again on PostgreSQL
	$(BIN)/pytest -n 2 $(call junit,tests)
	$(BIN)/python tools/with_postgres.py $(BIN)/pytest -n 2 tests/casework $(call junit,tests-postgres)

lint: setup ## style, types, import fences, security
	$(BIN)/ruff check .
	HOMEWARD_HOME=build/lint HOMEWARD_SECRET_KEY=lint $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive src

bench: setup ## time what costs something, beside the figures of other programs
	$(BIN)/python benchmarks/run.py

verify: setup ## slow proofs: calibration, comparison with other programs (some minutes)
	$(BIN)/python verification/blind_search.py
	$(BIN)/python verification/joint_calibration.py
	$(BIN)/python verification/reliability_plot.py
	$(BIN)/python verification/mutated_xml.py
	$(BIN)/python verification/mutated_text.py
	$(BIN)/python verification/intake.py
	$(BIN)/python verification/lines_of_evidence.py
	$(BIN)/python verification/bone_reference.py
	$(BIN)/python verification/same_person.py
	$(BIN)/python verification/worn_cases.py --small 10 --medium 0
	$(BIN)/python verification/grouping_calibration.py enumeration small --enumerated 5 --cases 20 --rivals 5
	$(BIN)/python verification/custody_tampering.py
	$(BIN)/python verification/kill.py
	$(BIN)/python tools/with_postgres.py $(BIN)/python verification/kill.py

names: setup ## record the public names of every package, after a deliberate change
	$(BIN)/python tools/public_names.py > tests/public_names.new
	@mv tests/public_names.new tests/public_names.txt

lock: setup ## compile requirements/*.txt from *.in (UPGRADE=--upgrade takes the newest versions)
	$(LOCK) requirements/runtime.in --output-file requirements/runtime.txt
	$(LOCK) requirements/desk.in --output-file requirements/desk.txt
	$(LOCK) requirements/dev.in --output-file requirements/dev.txt

clean: ## remove what the steps have made, .venv excepted
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks
	find src tests benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} +
