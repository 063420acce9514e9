# make chat     set everything up, index the example newsroom and open the chat on 127.0.0.1:7860
# make test     set everything up and run the whole test suite
# make install  the set-up alone; .venv/bin/onrecord is then there
# make lint     style, types and the import contracts
# make bench    the figures of the README on $ONRECORD_EVAL_DATA, else ../shared

.POSIX:

PYTHON = $$(command -v python3.11 || command -v python3)
VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
EXAMPLES = examples/newsroom
INDEX = $(VENV)/share/onrecord/newsroom
HOST = 127.0.0.1
PORT = 7860

.PHONY: all install dev test chat lint bench clean

all: install

install: $(VENV)/.installed

dev: $(VENV)/.installed-dev

$(BIN)/python:
	@python="$(PYTHON)"; "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "onrecord needs Python 3.11 or newer; give it as: make PYTHON=/path/to/python3.11" >&2; exit 1; }; \
		"$$python" -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing into $(VENV); this takes a few minutes the first time."
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing into $(VENV); this takes a few minutes the first time."
	$(PIP) --editable '.[dev]'
	@touch $(VENV)/.installed $@

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

chat: $(VENV)/.installed
	$(BIN)/onrecord index $(EXAMPLES) --index $(INDEX)
	$(BIN)/onrecord chat --index $(INDEX) --host $(HOST) --port $(PORT) --examples examples/questions.jsonl

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev
	$(BIN)/onrecord eval news
	$(BIN)/python benchmarks/start.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
