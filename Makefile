# The two commands that matter: `make demo` and `make test`. Both set up what they need.

.DEFAULT_GOAL := help
.PHONY: help demo test setup check style types imports fix reference messages vectors bench fuzz lock
.NOTPARALLEL:

BIN := .venv/bin
T := tests
SECONDS := 60
PARSERS :=
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command 'make lock'

demo: ## Set up, then serve the system with invented data at http://localhost:8000
	@sh .ci/setup demo
	@$(BIN)/segel demo --site demo

test: setup check ## Set up, then check everything: style, types, imports, tests

setup: ## Install what demo and tests need; quick when nothing is missing
	@sh .ci/setup test

check: style types imports ## What `make test` checks, without setting up; T=tests/verifier for a part
	@$(BIN)/pytest --numprocesses 2 --dist worksteal $(T)

style: ## How the code is written (ruff)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

types: ## What the code is made of (mypy, strict)
	@$(BIN)/mypy --no-error-summary

imports: ## Which part may know which (import-linter)
	@report=$$($(BIN)/lint-imports --no-logo) || { echo "$$report"; exit 1; }

fix: ## Put right what the style check can put right by itself
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

reference: ## Write the tables in docs/ that are drawn from the program anew
	@$(BIN)/python -m tests.house.reference

messages: ## Put new sentences of the pages into the catalogues, to be translated
	@sh .ci/messages

vectors: ## Make tests/vectors anew; fails if they are not those committed
	@$(BIN)/python -m tests.vectors.make_vectors
	@git diff --exit-code --stat -- tests/vectors

bench: setup ## Measure: a table of figures, and build/bench.json
	@$(BIN)/python -m bench

fuzz: setup ## Throw broken bytes at what reads strangers' bytes: SECONDS=60 for each, PARSERS="poster receipt"
	@$(BIN)/uv pip install --quiet --require-hashes --no-deps --no-build --target build/atheris -r .ci/fuzzing.txt
	@PYTHONPATH=build/atheris nice $(BIN)/python -m tests.fuzz $(SECONDS) $(PARSERS)

lock: setup ## Choose exact versions anew; LOCK_ARGS=--upgrade for the newest
	@$(LOCK) $(LOCK_ARGS) .ci/installers.in --output-file .ci/installers.txt
	@$(LOCK) $(LOCK_ARGS) .ci/fuzzing.in --output-file .ci/fuzzing.txt
	@$(LOCK) $(LOCK_ARGS) pyproject.toml --extra cards --extra dev --output-file requirements.lock
	@npm install --package-lock-only --ignore-scripts --silent
	@! grep -nE 'https?://' requirements.lock .ci/installers.txt .ci/fuzzing.txt
	@! grep -n '"resolved"' package-lock.json

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 11
