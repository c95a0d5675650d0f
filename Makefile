# The two commands that matter: `make demo` and `make test`. Both set up what they need.

.DEFAULT_GOAL := help
.PHONY: help demo test setup check style types imports fix reference messages vectors bench lock
.NOTPARALLEL:

BIN := .venv/bin
T := tests
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

lock: setup ## Choose exact versions anew; LOCK_ARGS=--upgrade for the newest
	@$(LOCK) $(LOCK_ARGS) .ci/installers.in --output-file .ci/installers.txt
	@$(LOCK) $(LOCK_ARGS) pyproject.toml --extra cards --extra dev --output-file requirements.lock
	@npm install --package-lock-only --ignore-scripts --silent
	@! grep -nE 'https?://' requirements.lock .ci/installers.txt
	@! grep -n '"resolved"' package-lock.json

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 11
