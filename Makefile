# Requires only Python 3.11-3.13 and make. To use another Python: make PYTHON=python3.13
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: book pdf record refresh accept propose verify test test-fast test-book lint catalogues bench serve clean lock

book: $(READY)  ## build the report into _build/site
	$(BIN)/riktvarden build

pdf: $(READY)  ## print the built report into _build/site/<language>/pdf; needs Chromium
	$(BIN)/riktvarden pdf

record:  ## commit the record of released figures to another checkout of the returns, RECORD, and push it
	mkdir -p "$(RECORD)/released"
	cp -R "$(RIKTVARDEN_RETURNS)/released/." "$(RECORD)/released"
	git -C "$(RECORD)" add released
	git -C "$(RECORD)" diff --cached --quiet || \
	  git -C "$(RECORD)" -c user.name=riktvarden -c user.email=riktvarden@localhost commit --quiet -m "Record what was released"
	git -C "$(RECORD)" push --quiet origin HEAD

refresh: $(READY)  ## fetch newer tables, and write what they would change to _build/difference.md
	$(BIN)/riktvarden data refresh
	$(BIN)/riktvarden build --language sv
	$(BIN)/riktvarden data diff --markdown > _build/difference.md

accept: $(READY)  ## replace the tables by those that wait
	$(BIN)/riktvarden data accept

propose:  ## open a pull request, or renew it, with accepted tables and _build/difference.md as its text; needs gh
	git switch --quiet --force-create newer-tables
	git add data
	git diff --cached --quiet || { \
	  git -c user.name=riktvarden -c user.email=riktvarden@localhost commit --quiet -m "Accept newer tables" && \
	  head -c 60000 _build/difference.md > _build/proposal.md && \
	  gh auth setup-git && git push --quiet --force origin newer-tables && \
	  if [ "$$(gh pr list --head newer-tables --state open --json number --jq length)" = 0 ]; \
	  then gh pr create --head newer-tables --title "Accept newer tables" --body-file _build/proposal.md; \
	  else gh pr edit newer-tables --body-file _build/proposal.md; fi; }

verify: $(READY)  ## prove the built book, or that of AGAINST, from nothing in a new environment; about a quarter of an hour
	$(BIN)/riktvarden verify --new-environment $(if $(AGAINST),--against "$(AGAINST)") $(if $(EDITION),--edition "$(EDITION)")

test: test-fast test-book  ## run the fast tests, then those of books

test-fast: $(READY)  ## run the tests that need no book
	$(BIN)/pytest -n auto --dist worksteal --ignore tests/book --ignore tests/site

test-book: $(READY)  ## test builds of a toy, and the book of `make book` if current, otherwise one of two regions
	$(BIN)/pytest -n auto --dist worksteal tests/book tests/site

lint: $(READY)  ## check style, types and spelling
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/typos

catalogues: $(READY)  ## update the translation catalogues from the Swedish text
	$(BIN)/riktvarden catalogues

bench: $(READY)  ## time changes, and the build against the stock tools; hours on a small machine, see benchmarks/build.py
	$(BIN)/python benchmarks/changes.py
	$(BIN)/python benchmarks/build.py

serve: $(READY)  ## show the report on this machine, and build it again when something changes
	$(BIN)/riktvarden serve

clean:  ## remove the build, but not the environment
	rm -rf _build

lock:  ## pin all dependencies again (needs uv; names no index)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-strip-extras --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
	  --output-file requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Needs Python 3.11, 3.12 or 3.13, but $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	    "Name another one: make PYTHON=python3.13"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) cannot make environments; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
