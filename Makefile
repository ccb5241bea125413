# Needs only Python 3.11 to 3.13 and make. Another Python: make demo PYTHON=python3.12
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow e2e faults quarter check bench lock

help:
	@echo "make demo    a Slack on your laptop with Teller in it"
	@echo "make test    all quick tests        make test-slow   the slow ones, those on a real PostgreSQL, and a tenth of the faults"
	@echo "make e2e     the page in Chromium, and other people's checkers (needs chromium, nodejs, npm; a few minutes)"
	@echo "make faults  2,000 questions while everything is killed, cut off and filled up (half an hour)"
	@echo "make quarter a quarter of digests, alerts and subscriptions on a fake clock, killed 220 times (half an hour)"
	@echo "make check   format, lint, types, import contracts"
	@echo "make bench   every figure the README quotes"

setup:
	@$(PYTHON) app/bootstrap.py

demo: setup
	@exec .venv/bin/teller demo $(ARGS)

test: setup
	@.venv/bin/python -m pytest -n 2 --dist worksteal -m "not slow and not postgres and not page" $(ARGS)

test-slow: setup
	@.venv/bin/python -m pytest -n 2 --dist loadfile --timeout 1200 -m "(slow or postgres) and not page and not e2e" $(ARGS)
	@.venv/bin/python -m pytest --timeout 900 tests/e2e/test_quarter.py tests/e2e/test_replicas.py
	@.venv/bin/python -m pytest -n 2 tests/e2e/test_faults.py

e2e: setup
	@npm install --prefix tests/npm --no-audit --no-fund --no-package-lock --loglevel=error
	@.venv/bin/python -m pytest --timeout 900 -m page $(ARGS)

faults: setup
	@.venv/bin/python -m tests.faults $(ARGS)

quarter: setup
	@.venv/bin/python -m tests.quarter $(ARGS)

check: setup
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: setup
	@for file in benchmarks/bench_*.py; do .venv/bin/python -m benchmarks.$$(basename $$file .py) || exit 1; done

# Writes requirements.lock anew (needs uv): exact versions with hashes, no addresses.
lock:
	uv pip compile --generate-hashes --universal --python-version 3.11 --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links pyproject.toml --group dev -o requirements.lock
