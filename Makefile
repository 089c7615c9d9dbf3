# Two commands matter: `make run` and `make test`. Everything else serves them.
# Only relative paths are used, so that a project folder with a space in its name works.

PY := .venv/bin/python
# The first Python of 3.11 or newer that really starts (a shim of a missing version does not).
FIND_PYTHON = for p in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; exit 0; }; \
	done; echo "No Python 3.11 or newer was found. Install it, or call: make PYTHON=/path/to/python3.11" >&2; exit 1

.PHONY: run test test-slow test-long ui check lint format types contracts figures-input notebooks docs pictures lock setup setup-server setup-distributed supply audit proxy clean help

help:
	@echo "make run    all that is new under data/raw: read, check, load, tables and figures"
	@echo "make ui     the same in the browser (Dagster), on this machine only"
	@echo "make test   the tests, in under five minutes"
	@echo "make test-slow  whole runs, whole editions, real browsers; .ci/run asks for both"
	@echo "make test-long  what takes minutes: killed processes, fuzzing, many random cases"
	@echo "make check  lint, types and import contracts (with the tests: what .ci/run does)"
	@echo "make notebooks  JupyterLab with the notebooks, on this machine only"
	@echo "make docs   the documentation as a site: site/index.html"
	@echo "make bench  what it costs, against what one would use instead; writes benchmarks/RESULTS.md (SIZES=20,200)"
	@echo "make lock   rewrite requirements.lock from requirements.in (needs uv)"

run: .venv/.ok
	@$(PY) -m cpc_pipeline.cli refresh

ui: .venv/.ok
	@$(PY) -m cpc_pipeline.cli ui

test: .venv/.ok
	@$(PY) -m pytest -n 2 --dist loadfile -m "not long and not slow"

# Whole runs, whole editions, real browsers: with `make test` what .ci/run asks of every commit on main.
test-slow: .venv/.ok
	@$(PY) -m pytest -n 2 --dist loadfile -m "slow and not long"

# The pictures of docs/ui.md, of a running UI on an invented country.
pictures: .venv/.ok
	@CPC_PICTURES=docs/pictures $(PY) -m pytest tests/test_browser.py -m slow

# What takes minutes: killed processes, fuzzing, many random cases. Not part of the everyday tests.
# What a test needs and does not find it names, and is skipped: chromium, postgresql, rabbitmq-server, nginx, apache2-utils,
# gettext-base, openssl, systemd, LibreOffice.
test-long: .venv/.ok .venv/.distributed
	@$(PY) -m pytest -n 2 --dist loadfile -m long

check: lint types contracts

# Minutes with these sizes; SIZES=20,200,2000,10000 for everything (hours). MORE is passed on: MORE="--rounds 5".
SIZES := 20,200
.PHONY: bench bench-lock
bench: .venv/.ok benchmarks/.venv/.ok
	@$(PY) benchmarks/bench.py --sizes $(SIZES) $(MORE)

# What a user would pick instead has an environment of its own.
benchmarks/.venv/.ok: benchmarks/peers/requirements.lock .venv/.ok
	@$(PY) -m venv benchmarks/.venv
	@{ test -x .venv/bin/uv && .venv/bin/uv pip install -q --python benchmarks/.venv/bin/python --require-hashes -r $<; } \
		|| benchmarks/.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

lint: .venv/.ok
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: .venv/.ok
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types: .venv/.ok
	$(PY) -m mypy

contracts: .venv/.ok
	$(PY) -c "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"

# Write the workbooks of published figures again after a correction in tools/published_figures/.
figures-input: .venv/.ok
	$(PY) tools/issue_published_figures.py

# JupyterLab in this environment. The text (.py) is what git keeps; the .ipynb beside it is made of it and takes the outputs.
notebooks: .venv/.notebooks
	@cd notebooks && ../$(PY) -m jupytext --quiet --sync 0*.py
	@$(PY) -m jupyterlab --config=notebooks/jupyter_config.py

# The documentation as a site, which fetches nothing; a link or anchor that leads nowhere stops it.
docs: .venv/.docs
	@$(PY) tools/site/build.py

setup: .venv/.ok

# uv is fetched into the environment because it installs six times faster than pip; where it cannot be had,
# or cannot reach the packages that pip can, pip does the same work from the same hashes.
.venv/.ok: requirements.lock requirements-installer.lock pyproject.toml
	@py=$$($(FIND_PYTHON)) && echo "Creating .venv with $$py (once; a few minutes without uv)" && "$$py" -m venv .venv
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-installer.lock \
		|| echo "uv is not to be had here; pip will do"
	@{ test -x .venv/bin/uv && .venv/bin/uv pip install -q --python $(PY) --require-hashes -r requirements.lock; } \
		|| $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch .venv/.ok

# Tools that only some need, on top of the environment: JupyterLab, the generator of the documentation.
.venv/.%: requirements-%.lock .venv/.ok
	@{ test -x .venv/bin/uv && .venv/bin/uv pip install -q --python $(PY) --require-hashes -r $<; } \
		|| $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

# What a server needs besides: PostgreSQL for Dagster's records. A laptop needs none of it.
setup-server: .venv/.server

# The proxy's configuration, from the settings of one compact: make proxy ENV=/etc/cpc/colombia.env INTO=/etc/nginx/conf.d
proxy:
	@test -r "$(ENV)" && test -d "$(INTO)" || { echo "usage: make proxy ENV=FILE.env INTO=DIR"; exit 1; }
	@set -a; . "$(ENV)"; for part in guard nobody server; do \
		to="$(INTO)/cpc-$$part.conf"; test $$part = server && to="$(INTO)/cpc-server-$$CPC_HOST.conf"; \
		envsubst "$$(env | sed -n 's/^\(CPC_[A-Z_]*\)=.*/$${\1}/p')" <deploy/nginx/cpc-$$part.conf >"$$to"; done

# Workers on more than one machine.
setup-distributed: .venv/.distributed
.venv/.distributed: .venv/.server requirements-distributed.lock
	@{ test -x .venv/bin/uv && .venv/bin/uv pip install -q --python $(PY) --require-hashes -r requirements-distributed.lock; } \
		|| $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-distributed.lock
	@touch .venv/.distributed

# What is installed, from whom, under which licence: dist/sbom.cdx.json and dist/licences.csv. Fails where a licence is
# not among those of pyproject.toml. Nothing is asked of the network, once the tools are there.
supply: .venv/.ok .venv-supply/.ok
	@mkdir -p dist
	@.venv-supply/bin/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml --of JSON \
		-o dist/sbom.cdx.json $(PY)
	@.venv-supply/bin/pip-licenses --python $(PY) --from mixed --format csv --output-file dist/licences.csv >/dev/null

# Known faults of what the lock names. Needs a network: without one it would find nothing, and --strict says so.
audit: .venv-supply/.ok
	@for lock in requirements.lock requirements-server.lock requirements-distributed.lock; do \
		.venv-supply/bin/pip-audit --strict --disable-pip --require-hashes -r $$lock || exit 1; done

.venv-supply/.ok: requirements-supply.lock
	@py=$$($(FIND_PYTHON)) && "$$py" -m venv .venv-supply
	@{ test -x .venv/bin/uv && .venv/bin/uv pip install -q --python .venv-supply/bin/python --require-hashes -r requirements-supply.lock; } \
		|| .venv-supply/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-supply.lock
	@touch .venv-supply/.ok

LOCK_OPTIONS = --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --no-header --no-annotate
lock: .venv/.ok
	.venv/bin/uv pip compile -q $(LOCK_OPTIONS) requirements.in -o requirements.lock
	for group in notebooks docs; do \
		.venv/bin/uv pip compile -q $(LOCK_OPTIONS) -c requirements.lock requirements-$$group.in -o requirements-$$group.lock || exit 1; done
	.venv/bin/uv pip compile -q $(LOCK_OPTIONS) requirements-server.in -o requirements-server.lock
	.venv/bin/uv pip compile -q $(LOCK_OPTIONS) requirements-distributed.in -o requirements-distributed.lock
	.venv/bin/uv pip compile -q $(LOCK_OPTIONS) requirements-supply.in -o requirements-supply.lock
	echo "uv" | .venv/bin/uv pip compile -q $(LOCK_OPTIONS) - -o requirements-installer.lock

bench-lock: .venv/.ok
	.venv/bin/uv pip compile -q $(LOCK_OPTIONS) benchmarks/peers/requirements.in -o benchmarks/peers/requirements.lock

clean:
	rm -rf .venv benchmarks/.venv .venv-supply dist .dagster data/published data/warehouse/*.duckdb* .pytest_cache .mypy_cache .ruff_cache
