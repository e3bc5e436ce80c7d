# dynrepo: build, tests and tools. `make` lists the targets. The product is the one file dynrepo.h; nothing needs to be built to use it.
# The variable DYNREPO_ENDPOINT, a URL, points the demo and the engine tests at that server in place of a local engine.

STRICT   = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Werror
TESTWARN = -Wall -Wextra -Wshadow -Werror
INCLUDE  = -I. -Itests -Itests/support
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LIBS     = -lbearssl
JOBS     = 2
PYTHON   = $(if $(wildcard build/venv/bin/python),build/venv/bin/python,python3)
RUN      = $(PYTHON) tests/support/run.py --jobs $(JOBS) $(if $(TALLY),--tally $(TALLY))
VALGRIND = valgrind -q --error-exitcode=99 --leak-check=full --num-callers=30
FUZZ_SECONDS = 60

CC_plain      = $(CC) -std=c11 -O1 -g
CC_asan-gcc   = gcc -std=c11 -O0 -g $(SANITIZE)
CC_asan-clang = clang -std=c11 -O0 -g $(SANITIZE)
CXX_plain      = $(CXX) -std=c++20 -O1 -g
CXX_asan-gcc   = g++ -std=c++20 -O0 -g $(SANITIZE)
CXX_asan-clang = clang++ -std=c++20 -O0 -g $(SANITIZE)
CONFIGS       = plain asan-gcc asan-clang

UNIT     = $(basename $(notdir $(wildcard tests/test_*.c tests/test_*.cpp)))
ENGINE   = $(basename $(notdir $(wildcard tests/engine_*.c tests/engine_*.cpp)))
TOOL     = $(patsubst tests/%.c,%,$(wildcard tests/tool_*.c tests/*_tool.c)) $(INTEROP)
INTEROP  = $(patsubst tests/interop/%.c,%,$(wildcard tests/interop/*_tool.c))
ORACLE   = $(patsubst tests/%.c,%,$(wildcard tests/oracle_*.c))
FUZZ     = $(patsubst tests/%.c,%,$(wildcard tests/fuzz_*.c))
EXAMPLES = $(patsubst examples/%.c,%,$(wildcard examples/*.c)) $(patsubst examples/%.cpp,%,$(wildcard examples/*.cpp))
# What takes longest comes first, so that nothing is left to wait for in the end.
PYSLOW   = tests/py_wrong.py tests/py_interop_pynamite.py tests/py_expressions.py
PYTESTS  = $(wildcard $(PYSLOW)) $(filter-out $(PYSLOW),$(wildcard tests/py_*.py))
HEADERS  = dynrepo.h $(wildcard tests/*.h tests/support/*.h)

.PHONY: help demo test check lint matrix unit examples asan engine-test interop bench fuzz corpus footprint dist clean programs

help: ## list these targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: ## the first screen of the manual against a local engine (installs what it needs)
	@tools/setup demo
	@$(MAKE) -s --no-print-directory build/examples/quickstart
	@echo "demo: examples/quickstart.c against a local engine, over plain HTTP"
	@tools/engine run -- build/examples/quickstart
	@[ -n "$(DYNREPO_ENDPOINT)" ] || { echo "demo: the same program over TLS, the certificate verified"; \
	    tools/engine run --tls -- build/examples/quickstart; }

test: ## everything: check, sanitizers, engine tests behind the gate, valgrind, oracles (installs what it needs)
	@tools/setup test
	@rm -f build/tally
	@$(MAKE) -s --no-print-directory lint
	@$(MAKE) -s --no-print-directory matrix FULL=--full
	@$(MAKE) -s --no-print-directory -j$(JOBS) examples
	@for c in $(CONFIGS); do $(MAKE) -s --no-print-directory -j$(JOBS) programs CONFIG=$$c || exit 1; done
	@$(MAKE) -s --no-print-directory corpus
	@$(MAKE) -s --no-print-directory run-all TALLY=build/tally
	@$(PYTHON) tests/support/run.py --sum build/tally

# Every program in every configuration. A failure lets the others run; the tally decides at the end.
.PHONY: run-all
run-all:
	@echo "test: the gate itself"
	@env -u DYNREPO_ENDPOINT $(RUN) tests/support/test_gate.py || true
	@for c in $(CONFIGS); do \
	    [ -z "$(strip $(UNIT))" ] || { echo "test: unit tests, $$c"; $(RUN) --no-engine --label $$c $(UNIT:%=build/$$c/%) || true; }; \
	    [ -z "$(strip $(ENGINE))" ] || { echo "test: engine tests, $$c"; $(RUN) --label $$c $(ENGINE:%=build/$$c/%) || true; }; \
	done
	@[ -z "$(strip $(ENGINE))" ] || { echo "test: engine tests under valgrind"; \
	    $(RUN) --label valgrind --seconds 900 --wrap "$(VALGRIND)" $(ENGINE:%=build/plain/%) || true; }
	@[ -z "$(strip $(ORACLE))" ] || { echo "test: oracles"; $(RUN) --no-engine $(ORACLE:%=build/plain/%) || true; }
	@[ -z "$(strip $(PYTESTS))" ] || { echo "test: tests in Python"; $(RUN) $(PYTESTS) || true; }

check: ## quick and without a network: lint, all compilers and switches, unit tests, examples (under a minute)
	@$(MAKE) -s --no-print-directory lint
	@$(MAKE) -s --no-print-directory matrix FULL=--quick
	@$(MAKE) -s --no-print-directory -j$(JOBS) examples
	@$(MAKE) -s --no-print-directory unit

lint:
	@tools/lint --self-test
	@tools/lint

matrix: ## compile dynrepo.h with every compiler, standard and switch
	@tools/matrix $(FULL) --jobs $(JOBS)

unit: ## the tests that need no engine
	@$(MAKE) -s --no-print-directory -j$(JOBS) $(UNIT:%=build/plain/%)
	@[ -z "$(strip $(UNIT))" ] || $(RUN) --no-engine $(UNIT:%=build/plain/%)

engine-test: ## the tests that need the engine, behind the gate
	@$(MAKE) -s --no-print-directory -j$(JOBS) $(ENGINE:%=build/plain/%)
	@[ -z "$(strip $(ENGINE))" ] || $(RUN) $(ENGINE:%=build/plain/%)

interop: ## the same tables with the Python libraries, both ways (installs them)
	@tools/setup test
	@$(MAKE) -s --no-print-directory -j$(JOBS) examples $(INTEROP:%=build/plain/%)
	@$(RUN) $(wildcard tests/py_interop_*.py)

asan: ## the unit tests under AddressSanitizer and UBSan, gcc and clang
	@$(MAKE) -s --no-print-directory -j$(JOBS) $(foreach c,asan-gcc asan-clang,$(UNIT:%=build/$c/%))
	@for c in asan-gcc asan-clang; do $(RUN) --no-engine --label $$c $(UNIT:%=build/$$c/%) || exit 1; done

fuzz: ## run each fuzzer for FUZZ_SECONDS (60)
	@$(MAKE) -s --no-print-directory -j$(JOBS) $(FUZZ:%=build/fuzz/%)
	@for f in $(FUZZ); do mkdir -p build/corpus/$$f tests/corpus/$$f; echo "fuzz: $$f for $(FUZZ_SECONDS) s"; \
	    build/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -artifact_prefix=build/corpus/ build/corpus/$$f tests/corpus/$$f \
	    >build/corpus/$$f.log 2>&1 || { tail -n 40 build/corpus/$$f.log; exit 1; }; grep 'number_of_executed_units' build/corpus/$$f.log; done

corpus: ## give each fuzzer its corpus once, under AddressSanitizer and UBSan
	@$(MAKE) -s --no-print-directory -j$(JOBS) $(FUZZ:%=build/fuzz/%)
	@for f in $(FUZZ); do mkdir -p build/corpus; build/fuzz/$$f -runs=0 -artifact_prefix=build/corpus/ tests/corpus/$$f >build/corpus/$$f.log 2>&1 \
	    || { tail -n 40 build/corpus/$$f.log; exit 1; }; done

bench: ## the benchmarks against other clients, and of repositories
	@tests/bench/run

footprint: ## code and memory sizes, on this machine and on Cortex-M
	@tools/footprint

dist: ## the one-file drop with jsmn inside
	@tools/dist

clean: ## remove what was built, but not the engine and the venv in build/
	@rm -rf $(CONFIGS:%=build/%) build/examples build/fuzz build/corpus build/certs build/run build/matrix build/tally

# ---- programs

examples: $(EXAMPLES:%=build/examples/%)

CONFIG = plain
programs: $(foreach p,$(UNIT) $(ENGINE),build/$(CONFIG)/$p) $(if $(filter plain,$(CONFIG)),$(TOOL:%=build/plain/%) $(ORACLE:%=build/plain/%))

# Compiling the implementation takes most of the time, so it is done once for each configuration. Only what looks inside it (INSIDE) has a copy of
# its own; for the others DYNREPO_IMPLEMENTED says that it is there already.
INSIDE = $(shell grep -lE '\bdyn__[a-z]|\bDYN__[A-Z]|[.>]state->' tests/*.c | sed 's|tests/||; s|\.c$$||')

define config_rules
build/$1/dynrepo.o: dynrepo.h
	@mkdir -p $$(@D)
	@echo "  building $$@"
	@$$(CC_$1) $$(TESTWARN) -DDYNREPO_IMPLEMENTATION -I. -x c -c $$< -o $$@

$$(INSIDE:%=build/$1/%): build/$1/%: tests/%.c $$(HEADERS)
	@mkdir -p $$(@D)
	@echo "  building $$@"
	@$$(CC_$1) $$(TESTWARN) $$(INCLUDE) $$< -o $$@ -lcmocka $$(LIBS) -lm

build/$1/%: tests/%.c build/$1/dynrepo.o $$(HEADERS)
	@mkdir -p $$(@D)
	@echo "  building $$@"
	@$$(CC_$1) $$(TESTWARN) -DDYNREPO_IMPLEMENTED $$(INCLUDE) $$< build/$1/dynrepo.o -o $$@ -lcmocka $$(LIBS) -lm

build/$1/%: tests/interop/%.c build/$1/dynrepo.o $$(HEADERS)
	@mkdir -p $$(@D)
	@echo "  building $$@"
	@$$(CC_$1) $$(TESTWARN) -DDYNREPO_IMPLEMENTED $$(INCLUDE) $$< build/$1/dynrepo.o -o $$@ $$(LIBS) -lm

build/$1/%: tests/%.cpp $$(HEADERS)
	@mkdir -p $$(@D)
	@echo "  building $$@"
	@$$(CXX_$1) $$(TESTWARN) $$(INCLUDE) $$< -o $$@ -lcmocka $$(LIBS) -lm
endef
$(foreach c,$(CONFIGS),$(eval $(call config_rules,$c)))

build/examples/dynrepo.o: dynrepo.h
	@mkdir -p $(@D)
	@echo "  building $@"
	@$(CC) -std=c11 -O2 -g $(STRICT) -DDYNREPO_IMPLEMENTATION -x c -c $< -o $@

# The first one as its user builds it, the others with the implementation compiled once.
build/examples/quickstart: examples/quickstart.c dynrepo.h
	@mkdir -p $(@D)
	@echo "  building $@"
	@$(CC) -std=c11 -O2 -g $(STRICT) -I. $< -o $@ $(LIBS)

build/examples/%: examples/%.c build/examples/dynrepo.o
	@mkdir -p $(@D)
	@echo "  building $@"
	@$(CC) -std=c11 -O2 -g $(STRICT) -DDYNREPO_IMPLEMENTED -I. $< build/examples/dynrepo.o -o $@ $(LIBS)

build/examples/%: examples/%.cpp dynrepo.h
	@mkdir -p $(@D)
	@echo "  building $@"
	@$(CXX) -std=c++20 -O2 -g $(filter-out -Wstrict-prototypes,$(STRICT)) -I. $< -o $@ $(LIBS)

FUZZER = clang -std=c11 -O0 -g -fsanitize=fuzzer$1,address,undefined -fno-sanitize-recover=all $(TESTWARN)
build/fuzz/dynrepo.o: dynrepo.h
	@mkdir -p $(@D)
	@echo "  building $@"
	@$(call FUZZER,-no-link) -DDYNREPO_IMPLEMENTATION -I. -x c -c $< -o $@

$(INSIDE:%=build/fuzz/%): build/fuzz/%: tests/%.c $(HEADERS)
	@mkdir -p $(@D)
	@echo "  building $@"
	@$(call FUZZER) $(INCLUDE) $< -o $@ -lcmocka $(LIBS) -lm

build/fuzz/%: tests/%.c build/fuzz/dynrepo.o $(HEADERS)
	@mkdir -p $(@D)
	@echo "  building $@"
	@$(call FUZZER) -DDYNREPO_IMPLEMENTED $(INCLUDE) $< build/fuzz/dynrepo.o -o $@ -lcmocka $(LIBS) -lm
