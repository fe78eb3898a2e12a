# Two commands matter: `make demo` and `make test`. Both build .venv once and are quick after.

PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
DATA := demo-data
DEMO_REGIONS := Kvernmark Tjärnland

.PHONY: demo test lint types unit docs chromium browser clean samples

demo: .venv/installed
	@$(BIN)/strategi --data $(DATA) ingest --samples
	@printf '\n$$ strategi search "Hva hindrer bedriftene i å få tak i folk?" --limit 3\n'
	@$(BIN)/strategi --data $(DATA) search "Hva hindrer bedriftene i å få tak i folk?" --limit 3
	@printf '\n$$ strategi compare $(DEMO_REGIONS)\n'
	@$(BIN)/strategi --data $(DATA) compare $(DEMO_REGIONS)
	@printf '\nOpen the page:  %s/strategi --data %s serve    then http://127.0.0.1:8000\n' "$(BIN)" "$(DATA)"

test: .venv/tested lint types docs unit

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; none was found."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable . --constraint constraints.txt
	@touch $@

.venv/tested: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[test]' --constraint constraints.txt
	@touch $@ .venv/installed

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

docs:
	COLUMNS=80 $(BIN)/cog --check -I . docs/cli.md

unit: chromium
	$(BIN)/python -m pytest -n 2 --dist loadfile

chromium:
	@sh tests/chromium.sh

browser: .venv/tested chromium
	$(BIN)/python -m pytest tests/test_browser.py

samples: | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[samples]' --constraint constraints.txt
	$(BIN)/python -m corpus.samples.typeset

clean:
	rm -rf .venv $(DATA)
