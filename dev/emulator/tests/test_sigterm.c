// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The emulator's process, and malicious clients of port 0's socket: whatever
 * they do, the host of port 1 is served, and SIGTERM ends the card in good
 * order.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/util.h"
#include "deadline.h"
#include "nic/x540.h"
#include "vfio_message.h"

#define FDS_MAX 16
/* Much longer than any step on a busy machine: only a hang exceeds it. */
#define ANSWER_MS 20000
#define END_MS 20000
#define ATTACK_MS 300

static char dir[64];
static pid_t card, attacker;

/* --- the client's side, where any step may fail */

static int dial(unsigned int lan)
{
	char path[96];
	int client;

	snprintf(path, sizeof(path), "%s/function%u.sock", dir, lan);
	client = connect_socket(path);
	if (client < 0)
		_exit(EXIT_SUCCESS);
	return client;
}

/* False: no answer, or an error. */
static bool ask(int client, uint16_t command, const void *body, size_t len,
		int fd)
{
	struct pollfd ready = { .fd = client, .events = POLLIN };
	uint8_t message[4096];
	struct vfio_user_header answer;

	len = put_request(message, command, body, len);
	say(client, message, len, &fd, fd >= 0);
	if (poll(&ready, 1, ANSWER_MS) != 1 ||
	    recv(client, message, sizeof(message), MSG_DONTWAIT) <
		    (ssize_t)sizeof(answer))
		return false;
	memcpy(&answer, message, sizeof(answer));
	return !answer.flags.error;
}

static int attach(unsigned int lan)
{
	int client = dial(lan);

	ask(client, VFIO_USER_VERSION, &hello, sizeof(hello), -1);
	return client;
}

static bool is_served(int client)
{
	return ask(client, VFIO_USER_REGION_READ, &status_register,
		   sizeof(status_register), -1);
}

static bool put(int client, unsigned int region, uint64_t offset,
		uint32_t value, uint32_t count)
{
	const struct region_write write = { { offset, region, count }, value };

	return ask(client, VFIO_USER_REGION_WRITE, &write,
		   sizeof(write.access) + count, -1);
}

static void wait_until_thrown_out(int client)
{
	char bytes[256];

	while (recv(client, bytes, sizeof(bytes), 0) > 0)
		;
	close(client);
}

/* --- the attacks, which run repeatedly */

static void say_nothing(void)
{
	wait_until_thrown_out(dial(0));
}

static void be_many(void)
{
	int clients[64];

	for (size_t i = 0; i < ARRAY_SIZE(clients); i++)
		clients[i] = dial(0);
	wait_until_thrown_out(clients[0]);
	for (size_t i = 1; i < ARRAY_SIZE(clients); i++)
		close(clients[i]);
}

static void say_part(size_t len)
{
	uint8_t message[64];
	int client = attach(0);

	put_request(message, VFIO_USER_REGION_READ, &status_register,
		    sizeof(status_register));
	say(client, message, len, NULL, 0);
	wait_until_thrown_out(client);
}

static void say_a_byte(void)
{
	say_part(1);
}

static void say_a_header(void)
{
	say_part(sizeof(struct vfio_user_header));
}

static void say_a_part_of_a_body(void)
{
	say_part(sizeof(struct vfio_user_header) + 4);
}

static void say_byte_by_byte(void)
{
	uint8_t message[64];
	int client = attach(0);
	size_t len = put_request(message, VFIO_USER_REGION_READ,
				 &status_register, sizeof(status_register));

	for (size_t i = 0; i < len; i++) {
		say(client, &message[i], 1, NULL, 0);
		usleep(1000);
	}
	close(client);
}

static void read_no_answers(void)
{
	uint8_t message[64];
	int client = attach(0);
	size_t len = put_request(message, VFIO_USER_REGION_READ,
				 &status_register, sizeof(status_register));

	while (send(client, message, len, MSG_NOSIGNAL) > 0)
		;
	close(client);
}

static void ask_all_the_time(void)
{
	int client = attach(0);

	while (is_served(client))
		;
	close(client);
}

static void say_bad_sizes(void)
{
	static const uint32_t sizes[] = { 0, 15, 0x200000, UINT32_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct vfio_user_header header = {
			.cmd = VFIO_USER_REGION_READ,
			.msg_size = sizes[i],
		};
		int client = attach(0);

		say(client, &header, sizeof(header), NULL, 0);
		wait_until_thrown_out(client);
	}
}

static bool set_vectors(int client, uint32_t start, uint32_t count, int fd)
{
	const struct vfio_irq_set set = irq_set(start, count);

	return ask(client, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set), fd);
}

/* Interrupts of all causes to a descriptor that is used in another way too. */
static void interrupt(int event, void (*meanwhile)(int event))
{
	int client = attach(0);

	put(client, REGION_CONFIG, COMMAND, COMMAND_MASTER, 2);
	put(client, REGION_CONFIG, MSIX_CONTROL, MSIX_ENABLE, 2);
	for (unsigned int vector = 0; vector < 8; vector++)
		set_vectors(client, vector, 1, event);
	put(client, REGION_BAR0, REG_EIMS, 0x7fffffff, 4);
	for (int i = 0; i < 1000; i++) {
		if (!put(client, REGION_BAR0, REG_EICS, 0x7fffffff, 4))
			break;
		meanwhile(event);
	}
	close(client);
	close(event);
}

static void fill(int event)
{
	eventfd_t n;

	eventfd_read(event, &n);
	eventfd_write(event, UINT64_MAX - 1);
}

static void let_be(int event)
{
	(void)event;
}

static void interrupt_to_an_eventfd(void)
{
	interrupt(eventfd(0, 0), fill);
}

static void interrupt_to_a_pipe(void)
{
	char full[4096] = { 0 };
	int ends[2];

	if (pipe2(ends, O_NONBLOCK) != 0)
		_exit(EXIT_FAILURE);
	while (write(ends[1], full, sizeof(full)) > 0)
		;
	fcntl(ends[1], F_SETFL, 0);
	interrupt(ends[1], let_be);
	close(ends[0]);
}

static void interrupt_out_of_range(void)
{
	int client = attach(0);

	for (uint32_t start = 1; start < 1000; start++)
		set_vectors(client, start, UINT32_MAX, -1);
	close(client);
}

static int memory_file(size_t size)
{
	int fd = memfd_create("memory", 0);

	if (fd < 0 || ftruncate(fd, size) != 0)
		_exit(EXIT_FAILURE);
	return fd;
}

static bool map(int client, int memory, uint64_t address, uint64_t size)
{
	const struct vfio_user_dma_map map = dma_map(address, size, 0);

	return ask(client, VFIO_USER_DMA_MAP, &map, sizeof(map), memory);
}

/* A ring in memory that disappears before the card reads it. */
static void take_memory_away(void)
{
	int client = attach(0), memory = memory_file(0x4000);

	put(client, REGION_CONFIG, COMMAND, COMMAND_MASTER, 2);
	map(client, memory, 0, 0x4000);
	put(client, REGION_BAR0, REG_TDBAL(0), 0, 4);
	put(client, REGION_BAR0, REG_TDLEN(0), 0x1000, 4);
	put(client, REGION_BAR0, REG_DMATXCTL, BIT(0), 4);
	put(client, REGION_BAR0, REG_TXDCTL(0), BIT(25), 4);
	if (ftruncate(memory, 0) != 0)
		_exit(EXIT_FAILURE);
	put(client, REGION_BAR0, REG_TDT(0), 8, 4);
	wait_until_thrown_out(client);
	close(memory);
}

static void send_descriptors(void)
{
	int client = attach(0), memory = memory_file(0x4000), many[FDS_MAX];
	uint8_t message[64];
	size_t len = put_request(message, VFIO_USER_REGION_READ,
				 &status_register, sizeof(status_register));

	for (size_t i = 0; i < FDS_MAX; i++)
		many[i] = memory;
	for (int i = 0; i < 20; i++)
		map(client, memory, 0, 0x4000);
	say(client, message, len, many, FDS_MAX / 2);
	say(client, message, 8, many, FDS_MAX);
	close(client);
	close(memory);
}

static void unmap_shortly(void)
{
	uint8_t body[24] = { 0 };
	int client = attach(0);

	for (size_t len = 1; len < sizeof(body); len++)
		ask(client, VFIO_USER_DMA_UNMAP, body, len, -1);
	close(client);
}

static const struct attack {
	const char *name;
	void (*round)(void);
} attacks[] = {
	{ "says nothing", say_nothing },
	{ "64 of them", be_many },
	{ "says a byte", say_a_byte },
	{ "says a header", say_a_header },
	{ "says part of a body", say_a_part_of_a_body },
	{ "says byte by byte", say_byte_by_byte },
	{ "reads no answers", read_no_answers },
	{ "asks all the time", ask_all_the_time },
	{ "says bad sizes", say_bad_sizes },
	{ "fills its eventfd", interrupt_to_an_eventfd },
	{ "has a full pipe as an eventfd", interrupt_to_a_pipe },
	{ "has too many interrupts", interrupt_out_of_range },
	{ "takes its memory away", take_memory_away },
	{ "sends descriptors", send_descriptors },
	{ "unmaps shortly", unmap_shortly },
};

/* --- the card */

/* In the folder above the tests. */
static void emulator_path(char path[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 16);

	assert_true(len > 0);
	path[len] = '\0';
	*strrchr(path, '/') = '\0';
	strcpy(strrchr(path, '/'), "/x540-t2bp");
}

static int start_card(void **state)
{
	char path[PATH_MAX], file[96], word[6] = "";
	int out[2];

	(void)state;
	strcpy(dir, "/tmp/test_sigterm.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/state.json", dir);
	emulator_path(path);
	assert_int_equal(pipe(out), 0);
	card = fork();
	if (card == 0) {
		int quiet = open("/dev/null", O_WRONLY);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out[1], STDOUT_FILENO);
		/* It logs each client that it disconnects. */
		dup2(quiet, STDERR_FILENO);
		close(out[0]);
		execl(path, path, "--socket-dir", dir, "--state", file, NULL);
		_exit(127);
	}
	close(out[1]);
	assert_int_equal(read(out[0], word, 5), 5);
	close(out[0]);
	assert_string_equal(word, "ready");
	return 0;
}

static void start_attack(const struct attack *attack)
{
	attacker = fork();
	if (attacker != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		attack->round();
}

static int clean_up(void **state)
{
	static const char *const names[] = { "function0.sock", "function1.sock",
					     "control.sock", "state.json",
					     "state.json.lock" };
	char path[96];

	(void)state;
	if (attacker > 0)
		kill(attacker, SIGKILL);
	if (card > 0)
		kill(card, SIGKILL);
	while (wait(NULL) > 0)
		;
	card = attacker = 0;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

/* Its status from wait(), or -1: it still runs. */
static int end_of_card(void)
{
	int status;

	for (int ms = 0; ms < END_MS; ms += 10) {
		if (waitpid(card, &status, WNOHANG) == card) {
			card = 0;
			return status;
		}
		usleep(10 * 1000);
	}
	return -1;
}

static void test_attack(void **state)
{
	int other = attach(1);

	assert_true(is_served(other));
	start_attack(*state);
	for (int ms = 0; ms < ATTACK_MS; ms += 10) {
		assert_true(is_served(other));
		usleep(10 * 1000);
	}
	kill(card, SIGTERM);
	assert_int_equal(end_of_card(), 0);
	close(other);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(attacks)];

	for (size_t i = 0; i < ARRAY_SIZE(attacks); i++)
		tests[i] = (struct CMUnitTest){
			.name = attacks[i].name,
			.test_func = test_attack,
			.setup_func = start_card,
			.teardown_func = clean_up,
			.initial_state = (void *)&attacks[i],
		};
	end_after(600);
	return cmocka_run_group_tests_name("SIGTERM under attack", tests, NULL,
					   NULL);
}
