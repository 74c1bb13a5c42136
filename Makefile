# Kept: every command of the house. `make help` lists them.
# Set-up is part of the targets that need it: nothing but a Python (3.11 to 3.13) has to be there.

.DEFAULT_GOAL := help

PY := .venv/bin/python
RUN_READY := .venv/.ready-to-run
DEV_READY := .venv/.ready-to-test
PACKAGES := tracker commitments notifications

# Twice as many processes as two cores: a good part of the time a test waits, for a worker, a browser or a server.
# They steal work from each other, because all tests that open a browser come in one row.
TEST_PROCESSES ?= 4
PYTEST = $(PY) -m pytest -n $(TEST_PROCESSES) --dist worksteal
# More arguments for pytest: make test ARGS="-k sweep -x"
ARGS ?=

# The embedded default in a folder of its own: what a check says must not hang on whose database is at hand.
NEUTRAL_ENV := env -u DATABASE_URL -u REDIS_URL -u EMAIL_URL VAR=.venv/var

# What `manage.py check --deploy` is shown: a production's variables, none of them a real secret or a real host.
DEPLOY_ENV := SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	DATABASE_URL=postgres://kept:kept@db.example.org/kept REDIS_URL=redis://redis.example.org:6379/0 \
	EMAIL_URL=smtp+tls://kept:kept@mail.example.org:587 DEFAULT_FROM_EMAIL=kept@example.org \
	ALLOWED_HOSTS=kept.example.org SITE_URL=https://kept.example.org

.PHONY: help run test test-long check lint format format-check types imports migrations deploy-check messages bench demo \
	lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(RUN_READY): requirements.txt scripts/setup.sh
	@scripts/setup.sh requirements.txt
	@touch $@

# The second lock holds the first whole, so what is ready to test is ready to run as well.
$(DEV_READY): requirements-dev.txt scripts/setup.sh
	@scripts/setup.sh requirements-dev.txt
	@touch $(RUN_READY) $@

run: $(RUN_READY) ## Start everything on this machine: broker, worker, beat, web (HOST, PORT, VAR)
	@exec $(PY) manage.py run

test: $(DEV_READY) ## Run the tests on PostgreSQL, then the marked subset on SQLite
	$(PYTEST) $(ARGS)
	KEPT_TEST_DATABASE=sqlite $(PYTEST) -m "sqlite and not postgres and not long" $(ARGS)

test-long: $(DEV_READY) ## Run everything, the long forms as well
	KEPT_TEST_LONG=1 $(PYTEST) -m "long or not long" $(ARGS)

check: lint format-check types imports migrations deploy-check ## Run all the checks below, as CI does before the tests

lint: $(DEV_READY) ## Check the code with ruff
	$(PY) -m ruff check .

format: $(DEV_READY) ## Put the code into its form (changes files)
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix-only --quiet .

format-check: $(DEV_READY) ## Check that the code is in its form
	$(PY) -m ruff format --check .

types: $(DEV_READY) ## Check the types with mypy, strictly
	$(NEUTRAL_ENV) $(PY) -m mypy $(PACKAGES)

imports: $(DEV_READY) ## Check which way imports flow
	.venv/bin/lint-imports --no-logo

migrations: $(DEV_READY) ## Check that no model has changed without a migration
	$(NEUTRAL_ENV) $(PY) manage.py makemigrations --check --dry-run

deploy-check: $(DEV_READY) ## Check the settings as a production would have them
	@$(DEPLOY_ENV) $(PY) manage.py check --deploy --fail-level WARNING

messages: $(DEV_READY) ## Bring the catalogues of languages up to date (LANGUAGE=fr begins one, INTERFACE=1 adds colleagues' pages)
	$(PY) -m scripts.make_messages $(if $(INTERFACE),--interface) $(LANGUAGE)

bench: $(DEV_READY) ## Measure sweep, mails and pages on PostgreSQL, beside their floors
	$(PY) -m tests.benchmarks $(ARGS)

demo: $(RUN_READY) ## Add lifelike data to the database that the environment names
	$(PY) manage.py migrate
	$(PY) manage.py demo

lock: $(DEV_READY) ## Compile the locks from the .in files (UPGRADE=--upgrade takes newer versions)
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) -c requirements.txt requirements-dev.in -o requirements-dev.txt

# A lock names versions and hashes only: what this machine's own package settings are must not leak into it.
LOCK = env -u PIP_FIND_LINKS -u UV_FIND_LINKS -u UV_INDEX -u UV_EXTRA_INDEX_URL -u UV_INDEX_URL -u UV_DEFAULT_INDEX \
	UV_PYTHON_DOWNLOADS=never $(PY) -m uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header $(UPGRADE)

clean: ## Remove what set-up and tools have made (not the data under var/)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis staticfiles test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
