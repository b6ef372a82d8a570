# SPDX-License-Identifier: GPL-2.0-or-later
# A table of contents: each target runs a script in dev/. Its option -h explains more.

##@ Settings, on the command line or in the environment
NIC ?= emulated
SETTINGS = \
	NIC \
	CMD \
	TIMEOUT \
	APPEND \
	MEM \
	SMP \
	ACCEL \
	QEMU \
	CARD \
	CARD2 \
	CARD_STATE \
	CARD_DIR \
	WIRE0 \
	WIRE1 \
	CONTROLLER \
	LIKE \
	MAC \
	HOSTS \
	SETUP \
	WATCHDOG_S \
	JOBS \
	SOURCES \
	LINUX_SERIES \
	KERNEL \
	KERNELS \
	SAMPLES \
	SUITES \
	WRITE \
	YES \
	OUT \
	FROM \
	VERSION \
	CHANGES \
	FIXES \
	FORCE
## NIC=emulated|03:00.0        the card: emulated, or a physical one by passthrough
## CMD='a command'             run a command in the guest instead of a shell (make turns its
##                             failures into status 2; dev/run-virt.sh returns the status)
## TIMEOUT=seconds             end CMD after this time
## APPEND= MEM= SMP=           kernel parameters, memory and processors of the guest
## ACCEL=kvm|tcg QEMU=path     accelerator and program for the guest
## WIRE0= WIRE1=               other ends of the cables: sink, tap:NAME, tap-gso:NAME,
##                             unix:PATH or card:PATH
## CARD_STATE= CARD_DIR=       file for the state of the emulated card (one card at a time), and
##                             folder for its sockets
## CONTROLLER=slots=44,...     settings of the emulated bypass controller: x540-t2bp --help
## LIKE=card-report.json       behave like the card of this report
## MAC=02:15:5c:00:01:00       run-card: address of port 0, if the card is new
## CARD=folder CARD2=folder    sockets of emulated cards that are already running: one, or two for
##                             one guest
## JOBS=number                 parallel jobs of a build, of test, and of test-variants
## SOURCES=auto|git|packages   where to get the sources
## LINUX_SERIES=7.3            use another kernel than 7.2, from its Debian package
## HOSTS=3 SETUP=open|stp|plain WATCHDOG_S=3
##                             demo-ring: number of hosts (2 to 5), what opens the ring, and the
##                             period of the watchdogs
## KERNEL=6.12|folder          use Debian's own kernel with the module of the package instead of
##                             linux/, or that of a distribution whose root is in a folder
## KERNELS="6.8 6.17"          package: more kernels to include, with their ixgbe from git
## SUITES="trixie sid"         test-distributions, test-install: only these suites of Debian
## PART= SAMPLES=              bench: dev/bench/bench -h lists the parts
## WRITE=1 YES=1 OUT= PART=    card-report: dev/report/run -h explains them
## FROM='Name <mail>' VERSION= CHANGES= FIXES=   mails: dev/build-mails -h explains them
## FORCE=1                     allow a card that is not an X540-T2BP; build-patches: overwrite changes

# The settings reach the scripts as typed: make must not expand a `$` in them.
$(foreach v,$(SETTINGS),$(if $(filter-out undefined,$(origin $v)),\
	$(eval override export $v := $$(value $v))))

# The prerequisites run in their order. Each step is parallel in itself.
.NOTPARALLEL:
.DEFAULT_GOAL := help

card = $(if $(filter emulated,$(NIC)),build-emulator)
kernel = $(if $(KERNEL),build-package-kernel,series build-dev-kernel)

##@ Main commands
build-and-run: deps-build sources $(kernel) build-dev-initramfs $(card) qemu run-dev-machine ## get and build what is missing or has changed, and boot it
test: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## build everything and run the tests
	@dev/test

package: deps-package sources ## make the packages for distribution kernels, in build/packages/
	@dev/package/generate
demo: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## show the bypass when the guest hangs, is killed or loses power
	@dev/demo/run
demo-ring: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## show a ring of HOSTS=3 hosts without a switch, of which some hang or are killed
	@dev/demo/ring "$$HOSTS"

card-report: deps-report sources series build-dev-kernel build-dev-initramfs $(card) qemu ## examine a card and write a report: WRITE=1 also measures
	@dev/report/run

##@ Step by step
deps: ## install the programs for the build, the tests and the checks (as root, with apt), or list them
	@dev/deps >&2
sources: ## get the sources of linux/, busybox/ and the emulator's library
	@dev/sources >&2
apply-patches: sources ## apply patches/ to linux/
	@dev/apply-patches >&2
build-dev-kernel: ## build linux/ with dev/kernel-dev-config
	@dev/build-kernel >&2
build-dev-initramfs: ## build BusyBox, and pack the root file system with dev/initramfs/extra/
	@dev/build-busybox >&2
	@dev/build-initramfs >&2
build-emulator: ## build the emulated card
	@dev/build-emulator >&2
run-dev-machine: ## boot what was built
	@dev/run-virt.sh
run-card: ## run the emulated card without a guest, for CARD=build/card and x540ctl
	@dev/run-card

build-package-kernel: ## get Debian's own KERNEL=6.12 and build the module of the package for it
	@dev/package/prepare-kernel "$$KERNEL" >&2

##@ Developing
build-patches: ## write patches/ from the commits in linux/
	@dev/build-patches >&2
mails: sources ## write patches/ as mails for the kernel's lists, in build/mails/: FROM='Name <mail>' signs them
	@dev/build-mails >&2
test-debug: deps-test sources series build-emulator qemu ## test the driver on a kernel with KASAN, lockdep and more: dev/kernel-debug-config
	@dev/build-busybox >&2
	@dev/test-debug
test-sanitized: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## run the tests on a card built with AddressSanitizer and UBSan
	@dev/test-sanitized
test-package: deps-test deps-package sources build-emulator qemu ## test the packages, and the module on one Debian kernel: KERNEL=6.12
	@dev/build-busybox >&2
	@prove --exec '' dev/package/tests/*.t
test-units: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## test the package's units with systemd in the guest
	@prove --exec '' dev/package/tests/units
test-kernels: deps-test deps-package sources build-emulator qemu ## test the package's module on Debian's kernels: KERNEL="6.1 6.12" for some
	@dev/build-busybox >&2
	@dev/package/test-kernels $$KERNEL
test-distributions: ## run build-and-run and test in clean roots of Debian (hours): SUITES="bookworm trixie sid"
	@dev/deps roots >&2
	@dev/test-distributions $$SUITES
test-install: deps-test ## install, upgrade and remove the package in clean roots of Debian: SUITES="bookworm trixie"
	@dev/deps roots >&2
	@dev/package/tests/install $$SUITES
test-passthrough: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## test passthrough: a guest passes the emulated card on to guests of its own
	@dev/test-passthrough
test-report: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## test card-report on emulated cards that differ; CONTROLLERS=all for each setting
	@prove --verbose --exec '' dev/report/report.t
stress: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## use the driver in all ways at once for STRESS_MINUTES=10
	@dev/stress/run
faults: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## let the card fail in every way while the driver is in use, and print a table
	@dev/stress/faults
test-variants: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## test the driver on each possible controller: ROWS="U2-* hardest" for some
	@dev/test-variants $(ROWS)
check: deps sources ## run the static checks of scripts, emulator and patches
	@dev/check
bench: deps-test deps-package deps-bench sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## measure the driver and the card: PART="hz-250 steps" for some, SAMPLES=10
	@dev/bench/bench $(PART)
fuzz: deps ## fuzz the emulated card for FUZZ_SECONDS=60 and report the coverage
	@$(MAKE) -C dev/emulator fuzz
clean: ## remove everything that was built
	@rm -rf build
distclean: ## also remove the sources, unless they contain your work
	@dev/distclean >&2
help: ## show this text
	@sed -n -e 's/^##@ \(.*\)/\n\1:/p' -e 's/^## \(.*\)/  \1/p' \
		-e 's/^\([a-z-]*\):.* ## \(.*\)/  \1\t\2/p' Makefile | expand -t 24

# Steps of the targets above, not meant to be typed.
deps-build:
	@dev/deps build >&2
deps-test:
	@dev/deps build test report >&2
deps-package:
	@dev/deps build package >&2
deps-report:
	@dev/deps build report >&2
deps-bench:
	@dev/deps build report bench >&2
# Like apply-patches, but builds a developer's own commits in linux/ as they are.
series:
	@dev/apply-patches --gentle >&2
qemu:
	@dev/provide-qemu >&2

.PHONY: build-and-run test deps sources apply-patches build-dev-kernel build-dev-initramfs \
	build-emulator run-dev-machine run-card package build-package-kernel demo demo-ring build-patches mails test-debug \
	test-sanitized test-package test-units test-kernels test-distributions test-install test-passthrough \
	stress faults test-variants test-report card-report check bench clean distclean help deps-build \
	deps-test deps-package deps-report deps-bench series qemu
