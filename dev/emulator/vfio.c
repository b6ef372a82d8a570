// SPDX-License-Identifier: GPL-2.0-or-later
#include "vfio.h"

#include <errno.h>
#include <libvfio-user.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "card.h"
#include "hostmem.h"
#include "loop.h"
#include "pcicfg.h"
#include "sock.h"
#include "util.h"

#define MSIX_TABLE_SIZE (PCICFG_MSIX_VECTORS * 16)

/* How long a client may take for the first words, in seconds. */
#define GREETING_S 1

struct vfio {
	struct card *card;
	unsigned int lan;
	char *path;
	vfu_ctx_t *ctx;
	struct loop *loop;
	struct loop_source source; /* the client; without one, new clients */
	bool attached;
	struct hostmem memory;
	struct pcicfg cfg;
	/* The client keeps the real table; it only has to read back. */
	uint8_t msix_table[MSIX_TABLE_SIZE];
};

static struct port *port_of(struct vfio *vfio)
{
	return &vfio->card->port[vfio->lan];
}

/* The host's side of a port. */

static bool host_dma_read(void *host, uint64_t address, void *data,
			  size_t count)
{
	struct vfio *vfio = host;

	return pcicfg_bus_master(&vfio->cfg) &&
	       hostmem_read(&vfio->memory, address, data, count);
}

static bool host_dma_write(void *host, uint64_t address, const void *data,
			   size_t count)
{
	struct vfio *vfio = host;

	return pcicfg_bus_master(&vfio->cfg) &&
	       hostmem_write(&vfio->memory, address, data, count);
}

static void host_interrupt(void *host, unsigned int vector)
{
	struct vfio *vfio = host;

	/* Fails when the client has not asked for it: then nobody waits. */
	if (pcicfg_may_interrupt(&vfio->cfg))
		vfu_irq_trigger(vfio->ctx, vector);
}

static const struct host_ops host_ops = {
	.dma_read = host_dma_read,
	.dma_write = host_dma_write,
	.interrupt = host_interrupt,
};

/* Callbacks of libvfio-user. */

static void on_log(vfu_ctx_t *ctx, int level, const char *message)
{
	struct vfio *vfio = vfu_get_private(ctx);

	if (level <= LOG_ERR)
		log_debug("port %u: vfio-user: %s", vfio->lan, message);
}

/*
 * An access to where there is no card, or to the registers of one that sleeps:
 * writes are lost, reads are all ones.
 */
static bool no_answer(bool is_there, char *data, size_t count, bool is_write)
{
	if (is_there)
		return false;
	if (!is_write)
		memset(data, 0xff, count);
	return true;
}

static ssize_t on_bar0(vfu_ctx_t *ctx, char *data, size_t count, loff_t offset,
		       bool is_write)
{
	struct vfio *vfio = vfu_get_private(ctx);

	if (no_answer(card_is_there(vfio->card) && pcicfg_awake(&vfio->cfg),
		      data, count, is_write))
		return count;
	if (is_write)
		regs_host_write(port_of(vfio), offset, data, count);
	else
		regs_host_read(port_of(vfio), offset, data, count);
	return count;
}

static ssize_t on_bar4(vfu_ctx_t *ctx, char *data, size_t count, loff_t offset,
		       bool is_write)
{
	struct vfio *vfio = vfu_get_private(ctx);

	if (no_answer(card_is_there(vfio->card), data, count, is_write))
		return count;
	for (size_t i = 0; i < count; i++) {
		uint64_t at = (uint64_t)offset + i;

		if (at >= sizeof(vfio->msix_table)) {
			if (!is_write)
				data[i] = 0;
		} else if (is_write) {
			vfio->msix_table[at] = data[i];
		} else {
			data[i] = vfio->msix_table[at];
		}
	}
	return count;
}

static void reset_function(struct vfio *vfio)
{
	pcicfg_reset(&vfio->cfg);
	memset(vfio->msix_table, 0, sizeof(vfio->msix_table));
}

static ssize_t on_config(vfu_ctx_t *ctx, char *data, size_t count,
			 loff_t offset, bool is_write)
{
	struct vfio *vfio = vfu_get_private(ctx);
	enum pcicfg_effect effect = PCICFG_NONE;
	bool done;

	if (no_answer(card_is_there(vfio->card), data, count, is_write))
		return count;
	if (is_write)
		done = pcicfg_write(&vfio->cfg, offset, data, count, &effect);
	else
		done = pcicfg_read(&vfio->cfg, offset, data, count);
	if (!done) {
		errno = EINVAL;
		return -1;
	}
	if (effect == PCICFG_RESET) {
		log_debug("port %u: function reset", vfio->lan);
		reset_function(vfio);
		port_reset(port_of(vfio));
	}
	return count;
}

static int on_reset(vfu_ctx_t *ctx, vfu_reset_type_t type)
{
	struct vfio *vfio = vfu_get_private(ctx);

	reset_function(vfio);
	/* The loss of the client is seen to by detach(). */
	if (type != VFU_RESET_LOST_CONN)
		port_reset(port_of(vfio));
	return 0;
}

/*
 * Only memory that the client shares by file descriptor is taken: asking it
 * for bytes would block.
 */
static void on_dma_map(vfu_ctx_t *ctx, vfu_dma_info_t *info)
{
	struct vfio *vfio = vfu_get_private(ctx);
	struct hostmem_region region = {
		.start = (uintptr_t)info->iova.iov_base,
		.len = info->iova.iov_len,
		.at = info->vaddr,
		.writable = info->prot & PROT_WRITE,
	};

	if (info->vaddr && (info->prot & PROT_READ) &&
	    !hostmem_add(&vfio->memory, &region))
		log_error("port %u: the host has too many regions of memory",
			  vfio->lan);
}

static void on_dma_unmap(vfu_ctx_t *ctx, vfu_dma_info_t *info)
{
	struct vfio *vfio = vfu_get_private(ctx);

	hostmem_remove(&vfio->memory, (uintptr_t)info->iova.iov_base);
}

static bool setup_region(vfu_ctx_t *ctx, int index, size_t size,
			 vfu_region_access_cb_t *on_access, int flags)
{
	return vfu_setup_region(ctx, index, size, on_access,
				VFU_REGION_FLAG_RW | flags, NULL, 0, -1,
				0) == 0;
}

static bool setup_interrupts(vfu_ctx_t *ctx, enum vfu_dev_irq_type type,
			     uint32_t count)
{
	return vfu_setup_device_nr_irqs(ctx, type, count) == 0;
}

/* All of the configuration space is pcicfg.c's: the library is not asked. */
static bool setup(vfu_ctx_t *ctx)
{
	return vfu_setup_log(ctx, on_log, LOG_ERR) == 0 &&
	       vfu_pci_init(ctx, VFU_PCI_TYPE_EXPRESS, 0, 0) == 0 &&
	       setup_region(ctx, VFU_PCI_DEV_BAR0_REGION_IDX, PCICFG_BAR0_SIZE,
			    on_bar0, VFU_REGION_FLAG_MEM) &&
	       setup_region(ctx, VFU_PCI_DEV_BAR4_REGION_IDX, PCICFG_BAR4_SIZE,
			    on_bar4, VFU_REGION_FLAG_MEM) &&
	       setup_region(ctx, VFU_PCI_DEV_CFG_REGION_IDX, PCICFG_SIZE,
			    on_config, VFU_REGION_FLAG_ALWAYS_CB) &&
	       vfu_setup_device_reset_cb(ctx, on_reset) == 0 &&
	       vfu_setup_device_dma(ctx, on_dma_map, on_dma_unmap) == 0 &&
	       setup_interrupts(ctx, VFU_DEV_INTX_IRQ, 1) &&
	       setup_interrupts(ctx, VFU_DEV_MSI_IRQ, 1) &&
	       setup_interrupts(ctx, VFU_DEV_MSIX_IRQ, PCICFG_MSIX_VECTORS) &&
	       vfu_realize_ctx(ctx) == 0;
}

static void on_alarm(int signal)
{
	(void)signal;
}

/*
 * Greets a client, for which the library waits. One that says nothing is not
 * waited for longer than GREETING_S, as the whole card does nothing else: the
 * alarm, which is repeated in case that it comes between two calls, ends the
 * one that waits with EINTR.
 */
static int greet(vfu_ctx_t *ctx)
{
	const struct itimerval wait = { { GREETING_S, 0 }, { GREETING_S, 0 } };
	const struct itimerval none = { 0 };
	int result, error;

	setitimer(ITIMER_REAL, &wait, NULL);
	result = vfu_attach_ctx(ctx);
	error = errno;
	setitimer(ITIMER_REAL, &none, NULL);
	errno = error;
	return result;
}

/* The descriptor that the library has now, instead of the one before. */
static void watch(struct vfio *vfio)
{
	loop_remove(vfio->loop, &vfio->source);
	vfio->source.fd = vfu_get_poll_fd(vfio->ctx);
	loop_add(vfio->loop, &vfio->source, EPOLLIN);
}

static void attach(struct vfio *vfio)
{
	if (greet(vfio->ctx) < 0) {
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			log_error("port %u: a client failed to attach: %s",
				  vfio->lan, strerror(errno));
		return;
	}
	watch(vfio);
	vfio->attached = true;
	reset_function(vfio);
	card_attach(vfio->card, vfio->lan, &host_ops, vfio);
}

/*
 * The library has closed the connection. The loop forgets that first, as what
 * the card opens next may get the same number.
 */
static void detach(struct vfio *vfio)
{
	watch(vfio);
	vfio->attached = false;
	hostmem_clear(&vfio->memory);
	card_detach(vfio->card, vfio->lan);
}

/*
 * That a client is gone is an error of vfu_run_ctx() between two requests, but
 * none if it did not wait for its answer: what is sure is that the library has
 * another descriptor then.
 */
static void serve(struct vfio *vfio)
{
	int result = vfu_run_ctx(vfio->ctx);

	if (vfu_get_poll_fd(vfio->ctx) != vfio->source.fd) {
		detach(vfio);
	} else if (result < 0) {
		log_error("port %u: a client is sent away: %s", vfio->lan,
			  strerror(errno));
		shutdown(vfio->source.fd, SHUT_RDWR);
	}
}

static void socket_ready(void *opaque, uint32_t events)
{
	struct vfio *vfio = opaque;

	(void)events;
	if (vfio->attached)
		serve(vfio);
	else
		attach(vfio);
}

struct vfio *vfio_listen(struct card *card, unsigned int lan, struct loop *loop,
			 const char *path)
{
	struct vfio *vfio = xcalloc(1, sizeof(*vfio));

	/* Without SA_RESTART. */
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
	vfio->card = card;
	vfio->lan = lan;
	vfio->path = strdup(path);
	if (!vfio->path)
		die("out of memory");
	pcicfg_init(&vfio->cfg, lan, card->port[lan].mac);
	sock_make_room(path, SOCK_STREAM);
	vfio->ctx = vfu_create_ctx(VFU_TRANS_SOCK, path,
				   LIBVFIO_USER_FLAG_ATTACH_NB, vfio,
				   VFU_DEV_TYPE_PCI);
	if (!vfio->ctx || !setup(vfio->ctx))
		die("%s: can't serve a vfio-user device: %s", path,
		    strerror(errno));
	vfio->loop = loop;
	vfio->source = (struct loop_source){
		.fd = vfu_get_poll_fd(vfio->ctx),
		.ready = socket_ready,
		.opaque = vfio,
	};
	loop_add(loop, &vfio->source, EPOLLIN);
	return vfio;
}

void vfio_close(struct vfio *vfio)
{
	loop_remove(vfio->loop, &vfio->source);
	if (vfio->attached)
		card_detach(vfio->card, vfio->lan);
	vfu_destroy_ctx(vfio->ctx);
	unlink(vfio->path);
	free(vfio->path);
	free(vfio);
}
