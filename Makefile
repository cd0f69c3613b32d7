# Two commands for a fresh machine:  make demo   and   make test
# `make help` lists the rest.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SAMPLE ?= sample_images/front-left-hip-high.jpg
OUT ?= out

.PHONY: help demo test check lint types layers bench synthetic test-synthetic pictures points calibration accuracy clean system fuzz lock audit bounds sbom licences

help:            ## list the targets
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 18

demo: $(VENV)/.runtime   ## build an environment, analyse a sample picture, say where the report is
	$(BIN)/levelback photo $(SAMPLE) --out $(OUT)

test: $(VENV)/.dev       ## install what the tests need and run them
	$(BIN)/python -m pytest

check: $(VENV)/.dev lint types layers test  ## everything that a change must pass

lint: $(VENV)/.dev       ## format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev      ## static types
	$(BIN)/mypy

layers: $(VENV)/.dev     ## imports point the right way
	$(BIN)/lint-imports

bench: $(VENV)/.dev      ## speed, side by side with bare MediaPipe: docs/performance-table.md; or GROWTH=1: growth curves
	$(BIN)/python -m benchmarks.speed --out docs/performance-$(if $(GROWTH),growth.md --growth,table.md)

DATA ?= generated
synthetic: $(VENV)-synthetic/.installed  ## an environment that draws synthetic people (a few gigabytes)

$(VENV)-synthetic/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)-synthetic
	$(VENV)-synthetic/bin/python -m pip install --quiet --editable '.[synthetic,test]'
	@touch $@

test-synthetic: $(VENV)-synthetic/.installed  ## the tests of the synthetic people, which need their environment
	$(VENV)-synthetic/bin/python -m pytest tests/unit/test_synthetic*.py

pictures: $(VENV)-synthetic/.installed  ## draw the exercises anew: all of them (half an hour), or ID="clam bridge"
	$(VENV)-synthetic/bin/python -m benchmarks.synthetic.exercise_pictures $(ID)

points: $(VENV)/.dev $(VENV)-synthetic/.installed  ## train the small networks on DATA/learn; calibrate after it
	$(BIN)/python -m benchmarks.accuracy.point_crops $(DATA)/learn $(DATA)/learn-crops.npz --jobs 2
	$(VENV)-synthetic/bin/python -m benchmarks.accuracy.train_points $(DATA)/learn-crops.npz
	$(VENV)-synthetic/bin/python -m benchmarks.accuracy.train_hips $(DATA)/learn-crops.npz

calibration: $(VENV)/.dev  ## fit the estimators to DATA/fit and DATA/validate
	for split in fit validate; do \
	  $(BIN)/python -m benchmarks.accuracy.extract $(DATA)/$$split $(DATA)/$$split.jsonl && \
	  $(BIN)/python -m benchmarks.accuracy.extract $(DATA)/$$split $(DATA)/$$split-fast.jsonl --fast || exit 1; \
	done
	$(BIN)/python -m benchmarks.accuracy.fit $(DATA)

precision: $(VENV)/.dev  ## how far photos of one unchanged person differ, from DATA/fit and DATA/validate; after calibration
	$(BIN)/python -m benchmarks.accuracy.repeat $(DATA)

accuracy: $(VENV)/.dev   ## the accuracy table and what progress may claim, from DATA/test
	$(BIN)/python -m benchmarks.accuracy.table $(DATA)/test --out docs/accuracy-table.md
	$(BIN)/python -m benchmarks.progress $(DATA)/test --out docs/progress-table.md

fuzz: $(VENV)/.dev       ## hostile input for every reader (200,000) and two writers of one history (100,000): hours
	$(BIN)/python -m benchmarks.fuzz --inputs 200000
	$(BIN)/python -m benchmarks.two_writers --writes 100000

TOOLS := $(VENV)-tools/bin
$(TOOLS)/pip-audit: | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)-tools
	$(TOOLS)/python -m pip install --quiet pip-audit uv cyclonedx-bom pip-licenses

lock: $(TOOLS)/pip-audit ## write requirements-dev.txt: every dependency of development, with hashes
	$(TOOLS)/uv pip compile --quiet --generate-hashes --extra dev --no-emit-index-url --python-version 3.11 \
	  --custom-compile-command 'make lock' --output-file requirements-dev.txt pyproject.toml

audit: $(VENV)/.runtime $(TOOLS)/pip-audit  ## known weaknesses of what is installed
	$(TOOLS)/pip-audit --path $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') --skip-editable || \
	  { echo "Not clean: pip-audit names the weaknesses above, or it could not reach its database."; exit 1; }

bounds: $(TOOLS)/pip-audit ## the unit tests with the lowest versions that pyproject.toml allows
	$(TOOLS)/uv venv --quiet --clear --python $(PYTHON) $(VENV)-lowest
	$(TOOLS)/uv pip install --quiet --python $(VENV)-lowest/bin/python --resolution lowest-direct --editable '.[test]'
	$(VENV)-lowest/bin/python -m pytest tests/unit -o filterwarnings=default

sbom: $(VENV)/.runtime $(TOOLS)/pip-audit  ## what is installed, as CycloneDX (sbom.json)
	$(TOOLS)/cyclonedx-py environment --output-file sbom.json $(BIN)/python

licences: $(VENV)/.runtime $(TOOLS)/pip-audit  ## licences of what is installed
	$(TOOLS)/pip-licenses --python $(BIN)/python --order license

system:          ## libraries that OpenCV needs on Debian and Ubuntu
	@sh scripts/system-libraries.sh

$(VENV)/bin/python: | system
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "levelback needs Python 3.11 or newer: make PYTHON=python3.12 demo"; exit 5; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python cannot make environments. To mend it: sudo apt-get install python3-venv"; exit 5; }
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.runtime: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.runtime

clean:           ## remove the environment and what was built
	rm -rf $(VENV) $(OUT) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
