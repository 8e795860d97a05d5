# make lab       open the course in JupyterLab (sets everything up by itself)
# make test      run all checks (likewise)
# make check     lint, types, shape, and the numbers of questions, claims and tables (under a minute)
# make hooks     check every commit (pre-commit, once for a clone)
# make test-browser  open and move every chapter in a real browser, one and all pages in Firefox (some minutes)
# make test-webkit   the same chapter, the pages and a deck in the engine of Safari (before a release; Debian's)
# make train     add PyTorch to the environment, for training runs of your own (chapter 06)
# make data      fetch the published runs of chapter 07, for later without a network
# make bake      run the notebooks and store their outputs
# make site      every chapter as a page that moves without Python, in build/site
# make slides    every chapter as slides, in build/slides
# make anki      the questions as a deck of cards for Anki, build/scaling-laws.apkg
# make assignment CHAPTER=02  the code exercises of a chapter as homework for nbgrader, in build/assignments
# make lite      the course as a JupyterLite site, Python in the browser, in build/lite
# make doors     add what tests go through other programs with: papermill, Voila, a hub, JupyterLite ...
# make portable  run the notebooks as two older processors would round (x86)
# make bounds    run the checks with the lowest versions that pyproject.toml allows, then with the newest
# make bench     measure the fitter against scipy, a live figure against interact and plotly, a full room
# make clean     remove the environments; work/ with your notebooks stays

# Options: make lab LAB_ARGS=--no-browser    make test TEST_ARGS="-k laws -x"
LAB_ARGS ?=
TEST_ARGS ?=
# What pip is told beside the extra: make train TORCH="--extra-index-url https://download.pytorch.org/whl/cpu"
TORCH ?=

UV := $(shell command -v uv 2>/dev/null)
# The first Python of 3.11 or newer; uv looks for one, or fetches one, by itself.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
BIN := .venv/bin

ifdef UV
NEW_VENV = uv venv --quiet --allow-existing --python ">=3.11"
INSTALL = VIRTUAL_ENV=$(1) uv pip install --quiet
else
NEW_VENV = @test -n "$(PYTHON)" || { echo "No Python 3.11 or newer found: install it from python.org, or install uv."; exit 1; }; \
	$(PYTHON) -m venv
INSTALL = $(1)/bin/python -m pip install --quiet --disable-pip-version-check
endif

IN_BROWSER = $(foreach name,browser_matrix browser_interview browser_questions browser_slow slides accessible firefox doors_browser,tests/test_$(name).py)
CHECKS = $(foreach name,style shape data quiz claims,tests/test_$(name).py)

# A process a core: more threads of each would only wait for each other.
test check test-browser test-webkit site slides: export OPENBLAS_NUM_THREADS = 1

.PHONY: help lab test check hooks test-browser test-webkit train data bake site slides anki assignment lite doors portable bounds bench clean

help:
	@sed -n 's/^# make /  make /p' Makefile

.venv/lab.done: pyproject.toml
	@echo "Setting up .venv (once, a minute or two) ..."
	$(NEW_VENV) .venv
	$(call INSTALL,.venv) -e ".[lab]"
	@touch $@

.venv/test.done: pyproject.toml
	@echo "Setting up .venv with what the checks need (once, a minute or two) ..."
	$(NEW_VENV) .venv
	$(call INSTALL,.venv) -e ".[test,slides]"
	@touch .venv/lab.done .venv/class.done $@

.venv/class.done: pyproject.toml .venv/lab.done
	$(call INSTALL,.venv) -e ".[class]"
	@touch $@

# Always by pip, whose settings the corpus is fetched with; an environment made by uv has none at first.
.venv/train.done: pyproject.toml .venv/lab.done
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || VIRTUAL_ENV=.venv uv pip install --quiet pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH) -e ".[train]"
	@touch $@

.venv-bench/done: pyproject.toml
	$(NEW_VENV) .venv-bench
	$(call INSTALL,.venv-bench) -e ".[test]" plotly
	@touch $@

lab: .venv/lab.done
	@$(BIN)/python tools/lab.py $(LAB_ARGS)

test: .venv/test.done
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(TEST_ARGS)

check: .venv/test.done
	$(BIN)/python tools/shape.py
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4 $(CHECKS) $(TEST_ARGS)

hooks: .venv/test.done
	$(call INSTALL,.venv) "pre-commit>=4,<5"
	$(BIN)/pre-commit install

# Pages and slides are tested with the figures that `site` has drawn.
test-browser: .venv/test.done site
	$(BIN)/python -m pytest -m matrix -n auto --maxprocesses 4 --dist loadscope $(IN_BROWSER) $(TEST_ARGS)

test-webkit: .venv/test.done site
	$(BIN)/python -m pytest -m webkit tests/test_webkit.py $(TEST_ARGS)

train: .venv/train.done
	$(BIN)/python -m training corpus

data: .venv/lab.done
	$(BIN)/python -m pictures.published

bake: .venv/test.done
	$(BIN)/python tools/bake.py

site: .venv/test.done
	$(BIN)/python tools/site_pages.py

slides: .venv/test.done
	$(BIN)/python tools/slides.py

# Apart from JupyterLab of the course, to which nbgrader would add its own menus.
.venv-grade/done: pyproject.toml
	$(NEW_VENV) .venv-grade
	$(call INSTALL,.venv-grade) -e ".[grade]"
	@touch $@

CHAPTER ?= 02
assignment: .venv-grade/done
	.venv-grade/bin/python tools/assignment.py --chapter $(CHAPTER)

# Programs that a chapter is opened with elsewhere, apart from the course's own JupyterLab.
.venv-doors/done: pyproject.toml
	$(NEW_VENV) .venv-doors
	$(call INSTALL,.venv-doors) -e ".[lab,doors]"
	@touch $@

doors: .venv-doors/done

lite: .venv-doors/done
	.venv-doors/bin/python tools/lite.py

anki: .venv/class.done
	$(BIN)/python tools/anki_deck.py

# Fewer instructions of the processor, another order of additions: the stored text must not change.
OLDER = AVX512_SPR AVX512_ICL X86_V4
portable: .venv/test.done
	OPENBLAS_CORETYPE=Haswell NPY_DISABLE_CPU_FEATURES="$(OLDER)" \
		$(BIN)/python -m pytest -W ignore::ImportWarning notebooks $(TEST_ARGS)
	OPENBLAS_CORETYPE=Nehalem NPY_DISABLE_CPU_FEATURES="$(OLDER) X86_V3" \
		$(BIN)/python -m pytest -W ignore::ImportWarning notebooks $(TEST_ARGS)

# The checks that need no browser, in environments of their own.
BOUNDED = python -m pytest -n auto --maxprocesses 4 --dist loadfile $(foreach name,browser browser_interview browser_second_day browser_slow,--ignore=tests/test_$(name).py) $(TEST_ARGS)
bounds:
	$(NEW_VENV) .venv-lowest
	@$(or $(PYTHON),.venv-lowest/bin/python) tools/bounds.py > .venv-lowest/lowest.txt
	$(call INSTALL,.venv-lowest) -c .venv-lowest/lowest.txt -e ".[test,slides]"
	.venv-lowest/bin/$(BOUNDED)
	$(NEW_VENV) .venv-newest
	$(call INSTALL,.venv-newest) --upgrade -e ".[test,slides]"
	.venv-newest/bin/$(BOUNDED)

# plotly is only there to be measured against; it is in no other environment
bench: .venv-bench/done
	.venv-bench/bin/python tools/bench_fits.py
	.venv-bench/bin/python tools/bench_live.py
	.venv-bench/bin/python tools/bench_room.py
	.venv-bench/bin/python tools/bench_room.py --memory

clean:
	rm -rf .venv .venv-* *.egg-info .pytest_cache .hypothesis .ruff_cache .mypy_cache
