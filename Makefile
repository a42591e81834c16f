# Everything that a person types. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WHEELS := .wheelhouse
LOCKS := requirements/run.txt requirements/build.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --no-index --find-links $(WHEELS) --no-build-isolation
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2
MINUTES ?= 20

.DEFAULT_GOAL := help
.PHONY: help demo setup test test-all lint docs pages soak bench bench-scale lock clean

help:  ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/run.stamp  ## Set up and run the demo: a sample company from workbooks to write-back
	@$(BIN)/pmohub demo

setup: $(VENV)/dev.stamp  ## Set up for development

test: $(VENV)/dev.stamp lint docs  ## Run all but the long harnesses and the browser (at most ten minutes)
	$(PYTEST) -n $(WORKERS) --dist loadgroup -m "not long and not browser"

test-all: test  ## Run everything, with a real browser and the long harnesses
	$(PYTEST) -n $(WORKERS) --dist loadgroup -m "long or browser"

soak: $(VENV)/dev.stamp  ## Let teams, accidents and kills at a real service for MINUTES=20; files and store must agree
	$(BIN)/python -m tests.soak --minutes $(MINUTES)

lint: $(VENV)/dev.stamp  ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

docs: $(VENV)/dev.stamp  ## Build the documentation, strictly, into site/
	$(BIN)/mkdocs build --strict --clean

pages: $(VENV)/dev.stamp  ## Write the generated pages of docs/reference anew
	$(BIN)/python -m tests.docs.make_pages

bench: $(VENV)/dev.stamp  ## Measure every speed claim, as a ratio in the same run (long)
	$(BIN)/python -m benchmarks

bench-scale: $(VENV)/dev.stamp  ## Measure many workers on many connectors, two of them killed (long)
	$(BIN)/python -m benchmarks.bench_scale

lock: $(VENV)/dev.stamp  ## Pin all dependencies anew, with hashes
	for name in run build dev; do \
	  case $$name in run) what=pyproject.toml;; *) what="--group $$name";; esac; \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate --output-file requirements/$$name.txt $$what $$( [ $$name = run ] || echo --constraint requirements/run.txt ); \
	done

clean:  ## Remove what was made here, but for the downloads
	rm -rf $(VENV) site build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache pmohub-demo

# Downloads are checked against their hashes once and kept as a local wheelhouse; everything after works without a network.
$(WHEELS)/run.stamp: $(LOCKS) | $(VENV)/made.stamp
	$(PIP) wheel --require-hashes --no-deps --wheel-dir $(WHEELS) $(LOCKS:%=-r %)
	@touch $@

$(WHEELS)/dev.stamp: requirements/dev.txt | $(WHEELS)/run.stamp
	$(PIP) wheel --require-hashes --no-deps --wheel-dir $(WHEELS) -r requirements/dev.txt
	@touch $@

$(VENV)/made.stamp:
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: $(WHEELS)/run.stamp pyproject.toml | $(VENV)/made.stamp
	$(INSTALL) --no-deps $(LOCKS:%=-r %)
	$(INSTALL) --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: $(WHEELS)/dev.stamp $(VENV)/run.stamp
	$(INSTALL) --no-deps -r requirements/dev.txt
	@touch $@
