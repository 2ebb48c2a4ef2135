# make demo     the main job on the bundled model, from nothing: installs .venv, then runs pipelines/demo.yaml
# make test     every test, from nothing
# make lint     style, types, import contracts, spelling, lengths, generated docs
# make fuzz     the coverage-guided fuzzer on the verifier, SECONDS=60 for each of three targets; then TEXTS=100000 mutants uncounted
# make parity   losses, advantages, corrections and rewards against the installed verl and TRL
# make learn    DAPO, DAPO without each of its techniques, and GRPO, four seeds each, on the bundled model: under 15 minutes
# make bench    speed and memory as ratios, printed and written to tests/bench/results/
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
RUN ?= runs/demo
DARTKIT_DATA ?= ../shared/data
export DARTKIT_DATA
# OpenMP threads that spin for long make torch ten times slower on a shared machine; not spinning at all costs a third on a quiet one.
export OMP_WAIT_POLICY ?= passive
export GOMP_SPINCOUNT ?= 20000
export HF_HUB_OFFLINE ?= 1

.PHONY: install demo test lint format docs parity learn bench fuzz clean
install: .venv/.installed

.venv/.installed: pyproject.toml .ci/install constraints/cpu.txt
	PYTHON=$(PYTHON) bash .ci/install

demo: install
	@bash .ci/demo $(RUN)

test: install
	$(BIN)/pytest tests

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy dartkit cli tests
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/pytest tests/unit/test_house.py
	$(BIN)/python -m dartkit.cli.reference --check

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: install
	$(BIN)/python -m dartkit.cli.reference

parity: install
	DARTKIT_REQUIRE_ALL=1 $(BIN)/pytest -q tests/parity/test_conventions.py tests/parity/test_losses_*.py tests/parity/test_overlong_trl.py

learn: install
	$(BIN)/python -m tests.bench.learn

bench: install
	$(BIN)/python -m tests.bench

SECONDS ?= 60
TEXTS ?= 100000
fuzz: install
	$(BIN)/uv pip install --quiet --python $(BIN)/python -e ".[fuzz]"
	for target in compare extract read; do $(BIN)/python -m tests.fuzz $$target -max_total_time=$(SECONDS) || exit 1; done
	$(BIN)/python -m tests.fuzz.bulk $(TEXTS)

clean:
	rm -rf .venv build dist *.egg-info runs
