# `make chat` and `make test` do all the set-up there is; see the README for the plain pip lines.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

# Compiled once, not by each of the hundreds of processes that tests start.
unexport PYTHONDONTWRITEBYTECODE

QUICK = $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile -m "not slow and not train and not sound"

.PHONY: chat test test-all check torture fuzz bench wheel vectors clean

chat: $(VENV)/.runtime
	@$(BIN)/assistant chat

# What hears and speaks in real time waits more than it computes: it runs beside the rest, which gives way.
test: $(VENV)/.test
	@$(BIN)/python -m pytest -m "sound and not slow" -o cache_dir=$(VENV)/.sound >$(VENV)/sound.log 2>&1 & sound=$$!; \
	trap 'kill -INT $$sound' INT TERM HUP; \
	nice $(QUICK); rest=$$?; \
	wait $$sound; sound=$$?; cat $(VENV)/sound.log; \
	exit $$((rest | sound))

test-all: $(VENV)/.all
	$(QUICK)
	$(BIN)/python -m pytest -m "slow or train or sound"

check: $(VENV)/.check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The campaigns of docs/promises.md, about an hour; their short forms are part of `make test`.
torture: $(VENV)/.test
	$(BIN)/python -m tests.hostile.turns --processes 8 --turns 1250
	$(BIN)/python -m tests.hostile.turns --processes 1 --threads 100 --turns 10
	$(BIN)/python -m tests.hostile.turns --kills 300
	$(BIN)/python -m tests.hostile.rings --kills 1000
	$(BIN)/python -m tests.hostile.signals --rounds 500
	$(BIN)/python -m tests.hostile.escapes --rounds 20
	$(BIN)/python -m tests.hostile.kills --kills 2000
	$(BIN)/python -m tests.hostile.forms
	$(BIN)/python -m tests.hostile.years --turns 20000 --notes 1000

# Odd input for an hour.
fuzz: $(VENV)/.test
	$(BIN)/python -m tests.hostile.utterances --rounds 20000
	$(BIN)/python -m tests.hostile.text
	$(BIN)/python -m tests.hostile.databases --rounds 3000
	$(BIN)/python -m tests.hostile.checkpoints --rounds 20000
	$(BIN)/python -m tests.hostile.archives --rounds 20000
	$(BIN)/python -m tests.hostile.settings --rounds 50000

bench: $(VENV)/.bench
	$(BIN)/assistant bench

vectors: $(VENV)/.runtime
	$(BIN)/python -m assistant.measuring.vectors

wheel: $(VENV)/.wheel
	rm -rf build/wheel
	$(BIN)/python -m build --wheel --outdir build/wheel
	@mkdir -p dist
	@if [ "$$(uname -s)" = Linux ] && ls build/wheel/*linux*.whl >/dev/null 2>&1; then \
		PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m auditwheel repair --wheel-dir dist build/wheel/*.whl; \
	else cp build/wheel/*.whl dist/; fi

clean:
	rm -rf $(VENV) dist build

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@$(PIP) -e .
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(PIP) -e ".[test]"
	@touch $@ $(VENV)/.runtime

$(VENV)/.bench: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e ".[bench]"
	@touch $@ $(VENV)/.runtime

$(VENV)/.wheel: pyproject.toml | $(BIN)/python
	$(PIP) -e ".[wheel]"
	@touch $@ $(VENV)/.runtime

$(VENV)/.all: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e ".[test,train,parity]"
	@touch $@ $(VENV)/.test $(VENV)/.runtime

$(VENV)/.check: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e ".[test,train,parity,check]"
	@touch $@ $(VENV)/.all $(VENV)/.test $(VENV)/.runtime
