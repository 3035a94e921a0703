# What a contributor runs. `make help` lists it. Needs only Python 3.11 or later and the package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FASTIFY := benchmarks/peers/fastify
# Folders with npm packages that tests and linters use.
NPM := tests/api/typescript clients/web tests/alert/pages
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: help run test setup lint docs pictures bench lock package clean
help:           ## This list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/run.stamp: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Forewarn needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || { echo "Making $(VENV) ..."; $(PYTHON) -m venv $(VENV); }
	@echo "Installing what Forewarn needs ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.txt $(NPM:=/package-lock.json)
	@echo "Installing what the tests and linters need ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@if command -v node >/dev/null && command -v npm >/dev/null; then for folder in $(NPM); do npm ci --silent --no-audit --no-fund --prefix $$folder || echo "npm failed: no test of $$folder"; done; fi
	@touch $@

setup: $(VENV)/run.stamp   ## Make .venv and install; .venv/bin/forewarn works after it

run: $(VENV)/run.stamp     ## Start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/forewarn up

# The tests of one file share a running service, so they stay in one process. More than four processes do not help.
# In the order of the folders: xdist would begin with the files of most tests, and end with one that compiles for minutes.
test: $(VENV)/dev.stamp    ## Every test
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/dev.stamp    ## Style, types, import contracts, generated files
	@./deploy/lint

docs: $(VENV)/run.stamp    ## Rewrite what is generated from the code: pages, schemas, the OpenAPI document
	@$(BIN)/python -m app.checks.output.generated_files
	@$(BIN)/python deploy/openapi.py

pictures: $(VENV)/dev.stamp ## Retake the pictures of docs/partners.md (needs a browser)
	@$(BIN)/python deploy/pictures.py

$(VENV)/bench.stamp: $(VENV)/dev.stamp benchmarks/requirements.txt benchmarks/peers/fastify/package-lock.json
	@echo "Installing what Forewarn is compared with ..."
	@$(PIP) install --require-hashes -r benchmarks/requirements.txt
	@if command -v node >/dev/null && command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund --prefix $(FASTIFY); fi
	@touch $@

bench: $(VENV)/bench.stamp ## Measure everything on this machine, in under ten minutes: benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks

lock:                      ## Rewrite the lock files from pyproject.toml (needs uv on the PATH)
	./deploy/lock

clean:                     ## Remove .venv and caches, never var/
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

package: $(VENV)/dev.stamp  ## Build the wheel and try it in an empty environment
	@./deploy/try-wheel
