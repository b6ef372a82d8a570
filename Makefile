# SPDX-License-Identifier: GPL-2.0-or-later
# A table of contents: each target runs a script of dev/, which says more about itself with -h.

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
	CARD_STATE \
	CARD_DIR \
	WIRE0 \
	WIRE1 \
	CONTROLLER \
	LIKE \
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
## NIC=emulated|03:00.0        the card: emulated, or a real one by passthrough
## CMD='a command'             run it in the guest instead of a console (make turns its failures
##                             into status 2; dev/run-virt.sh itself gives the status)
## TIMEOUT=seconds             end CMD after that long
## APPEND= MEM= SMP=           kernel parameters, memory and processors of the guest
## ACCEL=kvm|tcg QEMU=path     how it is run
## WIRE0= WIRE1=               where the cables end: sink, tap:NAME, tap-gso:NAME,
##                             unix:PATH or card:PATH
## CARD_STATE= CARD_DIR=       the file that the card keeps its state in (one card's at a time), the
##                             folder of its sockets
## CONTROLLER=slots=44,...    settings of the emulated bypass controller: x540-t2bp --help
## LIKE=card-report.json      or as that card is, which a report was made about
## CARD=folder                 the sockets of a card that runs already
## JOBS=number                 parallel jobs of a build, tests of test, guests of test-variants
## SOURCES=auto|git|packages   where the sources come from
## LINUX_SERIES=7.3            another kernel than 7.2, from its package, to try the series on
## KERNEL=6.12|folder          Debian's own kernel with the module of the package instead of linux/,
##                             or another distribution's, whose root is in a folder
## KERNELS="6.8 6.17"          of package: kernels to have an ixgbe of their own for, from git
## SUITES="trixie sid"         of test-distributions and test-install: these suites of Debian only
## PART= SAMPLES=              of bench: dev/bench/bench -h names the parts
## WRITE=1 YES=1 OUT= PART=    of card-report: dev/report/run -h explains them
## FROM='Name <mail>' VERSION= CHANGES= FIXES=   of mails: dev/build-mails -h explains them
## FORCE=1                     a real card that is no X540-T2BP; build-patches over other changes

# They reach the scripts as they were typed: make must not expand a `$` in them.
$(foreach v,$(SETTINGS),$(if $(filter-out undefined,$(origin $v)),\
	$(eval override export $v := $$(value $v))))

# The order of the prerequisites is the order of the work; each step is parallel in itself.
.NOTPARALLEL:
.DEFAULT_GOAL := help

card = $(if $(filter emulated,$(NIC)),build-emulator)
kernel = $(if $(KERNEL),build-package-kernel,series build-dev-kernel)

##@ The main thing
build-and-run: deps-build sources $(kernel) build-dev-initramfs $(card) qemu run-dev-machine ## get and build what is missing or has changed, then run it
test: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## build everything and run every test
	@dev/test

package: deps-package sources ## make the packages for distributions' own kernels, in build/packages/
	@dev/package/generate
demo: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## show what the bypass does when the guest hangs, is killed, loses power
	@dev/demo/run

card-report: deps-report sources series build-dev-kernel build-dev-initramfs $(card) qemu ## find out what a card is like, and write a report on it: WRITE=1 measures
	@dev/report/run

##@ Step by step
deps: ## install what the build, the tests and the checks need (as root, with apt), or say how
	@dev/deps >&2
sources: ## fill linux/, busybox/ and the emulator's library
	@dev/sources >&2
apply-patches: sources ## apply patches/ to linux/
	@dev/apply-patches >&2
build-dev-kernel: ## build linux/ with dev/kernel-dev-config
	@dev/build-kernel >&2
build-dev-initramfs: ## build BusyBox, and pack the guest's files with those of dev/initramfs/extra/
	@dev/build-busybox >&2
	@dev/build-initramfs >&2
build-emulator: ## build the emulated card
	@dev/build-emulator >&2
run-dev-machine: ## boot what is built
	@dev/run-virt.sh
run-card: ## run the emulated card by itself, for CARD=build/card and x540ctl
	@dev/run-card

build-package-kernel: ## get Debian's own KERNEL=6.12, and build the module of the package for it
	@dev/package/prepare-kernel "$$KERNEL" >&2

##@ Developing
build-patches: ## write patches/ from the commits in linux/
	@dev/build-patches >&2
mails: sources ## write patches/ as mails to the kernel's lists, in build/mails/: FROM='Name <mail>' signs them
	@dev/build-mails >&2
test-debug: deps-test sources series build-emulator qemu ## test the driver on a kernel that checks itself: dev/kernel-debug-config
	@dev/build-busybox >&2
	@dev/test-debug
test-sanitized: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## run the tests on a card that checks itself: AddressSanitizer and UBSan
	@dev/test-sanitized
test-package: deps-test deps-package sources build-emulator qemu ## test the packages, and the module on one of Debian's own kernels: KERNEL=6.12
	@dev/build-busybox >&2
	@prove --exec '' dev/package/tests/*.t
test-units: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## test the package's units under systemd in the guest
	@prove --exec '' dev/package/tests/units
test-kernels: deps-test deps-package sources build-emulator qemu ## test the package's module on Debian's own kernels: KERNEL="6.1 6.12" for some
	@dev/build-busybox >&2
	@dev/package/test-kernels $$KERNEL
test-distributions: ## run build-and-run and test in clean roots of Debian (hours): SUITES="bookworm trixie sid"
	@dev/deps roots >&2
	@dev/test-distributions $$SUITES
test-install: deps-test ## install, upgrade and remove the package in clean roots of Debian: SUITES="bookworm trixie"
	@dev/deps roots >&2
	@dev/package/tests/install $$SUITES
test-passthrough: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## hand the emulated card on to guests of a guest, as if it were a real one
	@dev/test-passthrough
test-report: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## have card-report look at emulated cards that differ; CONTROLLERS=all: at each setting
	@prove --verbose --exec '' dev/report/report.t
stress: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## use the driver in all ways at once, for STRESS_MINUTES=10
	@dev/stress/run
faults: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## have the card fail in every way while the driver does everything, as a table
	@dev/stress/faults
test-variants: deps-test sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## test the driver on every controller that there may be: ROWS="U2-* hardest" for some
	@dev/test-variants $(ROWS)
check: deps sources ## check style and static correctness of scripts, emulator and patches
	@dev/check
bench: deps-test deps-package deps-bench sources series build-dev-kernel build-dev-initramfs build-emulator qemu ## measure it: PART="hz-250 steps" for some of it, SAMPLES=10
	@dev/bench/bench $(PART)
fuzz: deps ## fuzz the emulated card for FUZZ_SECONDS=60, and report how much of it that reached
	@$(MAKE) -C dev/emulator fuzz
clean: ## remove everything built
	@rm -rf build
distclean: ## remove the sources too, unless they hold work of yours
	@dev/distclean >&2
help: ## show this
	@sed -n -e 's/^##@ \(.*\)/\n\1:/p' -e 's/^## \(.*\)/  \1/p' \
		-e 's/^\([a-z-]*\):.* ## \(.*\)/  \1\t\2/p' Makefile | expand -t 24

# Steps of the above that nobody types.
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
# As apply-patches, but what a developer has in linux/ is built as it is.
series:
	@dev/apply-patches --gentle >&2
qemu:
	@dev/provide-qemu >&2

.PHONY: build-and-run test deps sources apply-patches build-dev-kernel build-dev-initramfs \
	build-emulator run-dev-machine run-card package build-package-kernel demo build-patches mails test-debug \
	test-sanitized test-package test-units test-kernels test-distributions test-install test-passthrough \
	stress faults test-variants test-report card-report check bench clean distclean help deps-build \
	deps-test deps-package deps-report deps-bench series qemu
