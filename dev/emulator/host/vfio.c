// SPDX-License-Identifier: GPL-2.0-or-later
#include "vfio.h"

#include <errno.h>
#include <libvfio-user.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/loop_timer.h"
#include "base/sock.h"
#include "base/util.h"
#include "blocked.h"
#include "card.h"
#include "hostmem.h"
#include "pcicfg.h"

#define MSIX_TABLE_SIZE (PCICFG_MSIX_VECTORS * 16)

/*
 * The longest time for a client to complete a message, from its first byte or
 * from the connection, and to read its replies. Also the time without listening
 * after a client could not be accepted.
 */
#define STALL_US 1000000

struct vfio {
	struct card *card;
	unsigned int lan;
	char *path;
	vfu_ctx_t *ctx;
	struct loop *loop;
	struct loop_source source; /* the client; without one, new clients */
	uint32_t events; /* for which it is watched; 0: not watched */
	struct loop_timer timer;
	bool stalled; /* inside a message: the timer runs */
	bool attached;
	const char *fault; /* the reason to disconnect the client, or NULL */
	struct hostmem memory;
	struct pcicfg cfg;
	/* The client has the real table; this one only has to read back. */
	uint8_t msix_table[MSIX_TABLE_SIZE];
};

static struct port *port_of(struct vfio *vfio)
{
	return &vfio->card->port[vfio->lan];
}

/* Microseconds from now. */
static void set_timer(struct vfio *vfio, uint64_t us)
{
	uint64_t now = loop_timers_now(loop_timers(vfio->loop));

	loop_timer_set(&vfio->timer, now + us);
}

/* The loop disconnects the client, as its port may be active now. */
static void condemn(struct vfio *vfio, const char *fault)
{
	if (!vfio->fault)
		set_timer(vfio, 0);
	vfio->fault = fault;
}

/* The host's side of a port. */

static bool host_dma(struct vfio *vfio, bool done)
{
	if (vfio->memory.lost)
		condemn(vfio, "its shared memory is no longer accessible");
	return done;
}

static bool host_dma_read(void *host, uint64_t address, void *data,
			  size_t count)
{
	struct vfio *vfio = host;

	return pcicfg_bus_master(&vfio->cfg) &&
	       host_dma(vfio,
			hostmem_read(&vfio->memory, address, data, count));
}

static bool host_dma_write(void *host, uint64_t address, const void *data,
			   size_t count)
{
	struct vfio *vfio = host;

	return pcicfg_bus_master(&vfio->cfg) &&
	       host_dma(vfio,
			hostmem_write(&vfio->memory, address, data, count));
}

static void host_interrupt(void *host, unsigned int vector)
{
	struct vfio *vfio = host;

	if (vfio->fault || !pcicfg_may_interrupt(&vfio->cfg))
		return;
	/*
	 * Fails if the client has not enabled it. The library does not write to
	 * a full eventfd, but a client can fill it just before the write.
	 */
	blocked_expect();
	if (vfu_irq_trigger(vfio->ctx, vector) < 0 && errno == EINTR)
		condemn(vfio, "it keeps the eventfd of an interrupt full");
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
 * An access to a removed card, or to the registers of a sleeping one: writes
 * are lost, reads are all ones.
 */
static bool no_answer(bool is_there, char *data, size_t count, bool is_write)
{
	if (is_there)
		return false;
	if (!is_write)
		memset(data, 0xff, count);
	return true;
}

/* The option ROM: reads as an empty flash. */
static ssize_t on_rom(vfu_ctx_t *ctx, char *data, size_t count, loff_t offset,
		      bool is_write)
{
	(void)ctx;
	(void)offset;
	no_answer(false, data, count, is_write);
	return count;
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
	/* detach() handles the loss of the client. */
	if (type != VFU_RESET_LOST_CONN)
		port_reset(port_of(vfio));
	return 0;
}

/*
 * Only accepts memory that the client shares by file descriptor: requesting
 * bytes from it would block.
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

	if (info->vaddr && (info->prot & PROT_READ))
		hostmem_add(&vfio->memory, &region);
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

/* pcicfg.c implements the configuration space, not the library. */
static bool setup(vfu_ctx_t *ctx)
{
	return vfu_setup_log(ctx, on_log, LOG_ERR) == 0 &&
	       vfu_pci_init(ctx, VFU_PCI_TYPE_EXPRESS, 0, 0) == 0 &&
	       setup_region(ctx, VFU_PCI_DEV_BAR0_REGION_IDX, PCICFG_BAR0_SIZE,
			    on_bar0, VFU_REGION_FLAG_MEM) &&
	       setup_region(ctx, VFU_PCI_DEV_BAR4_REGION_IDX, PCICFG_BAR4_SIZE,
			    on_bar4, VFU_REGION_FLAG_MEM) &&
	       setup_region(ctx, VFU_PCI_DEV_ROM_REGION_IDX, PCICFG_ROM_SIZE,
			    on_rom, VFU_REGION_FLAG_MEM) &&
	       setup_region(ctx, VFU_PCI_DEV_CFG_REGION_IDX, PCICFG_SIZE,
			    on_config, VFU_REGION_FLAG_ALWAYS_CB) &&
	       vfu_setup_device_reset_cb(ctx, on_reset) == 0 &&
	       vfu_setup_device_dma(ctx, on_dma_map, on_dma_unmap) == 0 &&
	       setup_interrupts(ctx, VFU_DEV_INTX_IRQ, 1) &&
	       setup_interrupts(ctx, VFU_DEV_MSI_IRQ, 1) &&
	       setup_interrupts(ctx, VFU_DEV_MSIX_IRQ, PCICFG_MSIX_VECTORS) &&
	       vfu_realize_ctx(ctx) == 0;
}

/* Watches the library's current descriptor, for the next event. */
static void watch(struct vfio *vfio)
{
	int fd = vfu_get_poll_fd(vfio->ctx);
	uint32_t events = vfu_get_pending(vfio->ctx) & VFU_PENDING_OUT ?
				  EPOLLOUT :
				  EPOLLIN;

	if (fd == vfio->source.fd && events == vfio->events)
		return;
	if (vfio->events)
		loop_remove(vfio->loop, &vfio->source);
	vfio->source.fd = fd;
	vfio->events = events;
	loop_add(vfio->loop, &vfio->source, events);
}

/* moved: the client has completed a message, and its time restarts. */
static void watch_time(struct vfio *vfio, bool moved)
{
	bool stalled = vfu_get_pending(vfio->ctx) != 0;

	if (stalled && (moved || !vfio->stalled))
		set_timer(vfio, STALL_US);
	else if (!stalled && vfio->stalled)
		loop_timer_stop(&vfio->timer);
	vfio->stalled = stalled;
}

/*
 * The library has closed the connection. It is first removed from the loop, as
 * the next descriptor may get the same number.
 */
static void detach(struct vfio *vfio)
{
	watch(vfio);
	vfio->stalled = false;
	vfio->fault = NULL;
	loop_timer_stop(&vfio->timer);
	hostmem_clear(&vfio->memory);
	if (!vfio->attached)
		return;
	vfio->attached = false;
	card_detach(vfio->card, vfio->lan);
}

static void throw_out(struct vfio *vfio, const char *why)
{
	log_error("port %u: disconnecting the client: %s", vfio->lan, why);
	vfu_disconnect_ctx(vfio->ctx);
	detach(vfio);
}

/* Without resources for another client, it waits before the next try. */
static void stop_listening(struct vfio *vfio)
{
	log_error("port %u: cannot accept a client: %s", vfio->lan,
		  strerror(errno));
	loop_remove(vfio->loop, &vfio->source);
	vfio->events = 0;
	set_timer(vfio, STALL_US);
}

static void attach(struct vfio *vfio)
{
	bool connected = vfio->stalled;

	if (vfu_attach_ctx(vfio->ctx) == 0) {
		watch(vfio);
		watch_time(vfio, true);
		vfio->attached = true;
		reset_function(vfio);
		card_attach(vfio->card, vfio->lan, &host_ops, vfio);
		return;
	}
	switch (errno) {
	case EAGAIN:
		break;
	case ENOMSG:
	case ECONNRESET:
		log_debug("port %u: client disconnected before the handshake",
			  vfio->lan);
		break;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		if (!connected) {
			stop_listening(vfio);
			return;
		}
		/* fall through */
	default:
		log_error(
			"port %u: disconnecting the client: it failed to attach: %s",
			vfio->lan, strerror(errno));
		break;
	}
	watch(vfio);
	watch_time(vfio, false);
}

/*
 * vfu_run_ctx() reports the loss of a client as an error only between two
 * requests, not if the client did not wait for its answer. But the library
 * always has another descriptor then.
 */
static void serve(struct vfio *vfio)
{
	int result = vfu_run_ctx(vfio->ctx);

	if (vfu_get_poll_fd(vfio->ctx) != vfio->source.fd) {
		if (result < 0 && errno == EPROTO)
			log_error(
				"port %u: disconnecting the client: it sent an invalid message",
				vfio->lan);
		detach(vfio);
	} else if (result < 0) {
		throw_out(vfio, strerror(errno));
	} else {
		watch(vfio);
		watch_time(vfio, result > 0);
	}
}

static void go_on(struct vfio *vfio)
{
	if (vfio->fault)
		throw_out(vfio, vfio->fault);
	else if (vfio->attached)
		serve(vfio);
	else
		attach(vfio);
}

static void socket_ready(void *opaque, uint32_t events)
{
	(void)events;
	go_on(opaque);
}

/*
 * Handles pending input first, as the card itself may have been stopped for
 * this time.
 */
static void time_is_up(void *opaque)
{
	struct vfio *vfio = opaque;

	if (!vfio->events)
		watch(vfio);
	else
		go_on(vfio);
	if (vfio->stalled)
		throw_out(vfio, "it stalled inside a message");
}

struct vfio *vfio_listen(struct card *card, unsigned int lan, struct loop *loop,
			 const char *path)
{
	struct vfio *vfio = xcalloc(1, sizeof(*vfio));

	hostmem_catch_faults();
	vfio->card = card;
	vfio->lan = lan;
	vfio->path = xstrdup(path);
	pcicfg_init(&vfio->cfg, lan, card->port[0].mac);
	sock_make_room(path, SOCK_STREAM);
	vfio->ctx = vfu_create_ctx(VFU_TRANS_SOCK, path,
				   LIBVFIO_USER_FLAG_ATTACH_NB, vfio,
				   VFU_DEV_TYPE_PCI);
	if (!vfio->ctx || !setup(vfio->ctx))
		die("%s: can't serve a vfio-user device: %s", path,
		    strerror(errno));
	vfio->loop = loop;
	vfio->source = (struct loop_source){
		.fd = -1,
		.ready = socket_ready,
		.opaque = vfio,
	};
	loop_timer_init(&vfio->timer, loop_timers(loop), time_is_up, vfio);
	watch(vfio);
	return vfio;
}

void vfio_close(struct vfio *vfio)
{
	loop_remove(vfio->loop, &vfio->source);
	loop_timer_stop(&vfio->timer);
	if (vfio->attached)
		card_detach(vfio->card, vfio->lan);
	vfu_destroy_ctx(vfio->ctx);
	hostmem_clear(&vfio->memory);
	unlink(vfio->path);
	free(vfio->path);
	free(vfio);
}
