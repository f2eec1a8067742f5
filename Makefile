# Everything runs from .venv in this folder; a machine with Python 3.11+ (venv and pip) is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The machine's own site-packages stay out.
export PYTHONNOUSERSITE := 1
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.PHONY: help setup demo test lint types format golden bench lock messages clean

help:            ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: $(VENV)/.ready   ## make .venv with the diembao command in it

$(VENV)/.ready: requirements.lock pyproject.toml hatch_build.py messages/vi/LC_MESSAGES/diembao.po
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (make PYTHON=python3.12 setup)"; exit 2; }
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet uv
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements.lock
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup      ## the main job in front of you, without network
	@$(BIN)/diembao demo --output diembao-demo

test: lint types ## linter, type checker and all tests
	$(BIN)/pytest -q -n 3 --dist loadfile

lint: setup      ## ruff: format and rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup     ## mypy, strict
	$(BIN)/mypy

format: setup    ## let ruff format and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

golden: setup    ## take what mails look like and pages are read as today for approved
	@DIEMBAO_REWRITE_GOLDEN=1 $(BIN)/pytest -q -k approved tests/alerts tests/crawler tests/web
	@git --no-pager diff --stat -- tests/golden

bench: setup     ## speed, as ratios in one run
	@for file in bench/bench_*.py bench/freshness.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

messages: setup  ## gather new messages into the translators' catalogues
	@# argparse brings words of its own to every --help
	$(BIN)/pybabel -q extract -F messages/babel.cfg -o messages/diembao.pot --no-location --project=diembao . \
	    "$$($(BIN)/python -c 'import argparse; print(argparse.__file__)')"
	$(BIN)/pybabel -q update -N --no-wrap --ignore-obsolete --ignore-pot-creation-date -D diembao -i messages/diembao.pot -d messages
	@rm messages/diembao.pot

LOCK = $(BIN)/python -m uv pip compile pyproject.toml --quiet --generate-hashes --universal \
	    --python-version 3.11 --no-emit-index-url --no-header

lock: setup      ## write the locks anew: names, versions and hashes, no index address
	$(LOCK) --extra dev --output-file requirements.lock
	@# What a server needs, in the same versions.
	$(LOCK) --extra chat --extra dkim --constraint requirements.lock --output-file deploy/requirements.lock

clean:           ## remove the environment and what the tools left
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis diembao-demo
