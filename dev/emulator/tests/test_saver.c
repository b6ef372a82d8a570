// SPDX-License-Identifier: GPL-2.0-or-later
/* Saving in a separate process: it may take long, fail, or be killed. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/saver.h"
#include "card_host.h"
#include "controller/state.h"
#include "deadline.h"
#include "wire_peer.h"

static struct loop *loop;
static struct saver saver;
static uint16_t flash[NVM_WORDS];
static char *said; /* the last argument of done() */
static unsigned int times;

static void done(void *opaque, const char *error)
{
	assert_ptr_equal(opaque, &times);
	times++;
	free(said);
	said = error ? strdup(error) : NULL;
}

static int setup(void **state)
{
	(void)state;
	times = 0;
	loop = loop_new();
	saver_init(&saver, loop, done, &times);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	loop_free(loop);
	free(said);
	said = NULL;
	return 0;
}

static void test_words(void **state)
{
	static const char *const words[] = { NULL, "disk full", NULL };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++) {
		assert_false(saver_is_busy(&saver));
		if (saver_fork(&saver, STDERR_FILENO))
			saver_end(words[i]);
		pump_until(loop, !saver_is_busy(&saver));
		assert_int_equal(times, i + 1);
		if (words[i])
			assert_string_equal(said, words[i]);
		else
			assert_null(said);
	}
}

/* The loop keeps running; the end waits for the process. */
static void test_takes_long(void **state)
{
	(void)state;
	if (saver_fork(&saver, STDERR_FILENO)) {
		sleep(1);
		saver_end("late");
	}
	pump(loop);
	assert_true(saver_is_busy(&saver));
	assert_int_equal(times, 0);
	saver_wait(&saver);
	assert_false(saver_is_busy(&saver));
	assert_string_equal(said, "late");
}

static void test_killed(void **state)
{
	(void)state;
	if (saver_fork(&saver, STDERR_FILENO)) {
		sleep(100);
		saver_end(NULL);
	}
	kill(saver.process, SIGKILL);
	pump_until(loop, !saver_is_busy(&saver));
	assert_non_null(strstr(said, "was killed"));
}

/* It keeps only this one of the card's descriptors. */
static void test_descriptors(void **state)
{
	int socket_fd = socket(AF_UNIX, SOCK_STREAM, 0);
	int lock = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct stat kept, wanted;
	char word[64];

	(void)state;
	assert_int_equal(fstat(lock, &wanted), 0);
	if (saver_fork(&saver, lock)) {
		unsigned int others = 0;
		bool is_kept = fstat(4, &kept) == 0 &&
			       kept.st_ino == wanted.st_ino;

		for (int fd = 5; fd < 256; fd++)
			others += fcntl(fd, F_GETFD) >= 0;
		snprintf(word, sizeof(word), "kept %d, others %u", is_kept,
			 others);
		saver_end(word);
	}
	saver_wait(&saver);
	assert_string_equal(said, "kept 1, others 0");
	close(socket_fd);
	close(lock);
}

/* A card with a loop saves its state like this, at rest and at the end. */
static void test_card(void **state)
{
	struct card_config config = host_config;
	char dir[] = "/tmp/test_saver.XXXXXX", path[64], lock[80], error[512];
	struct bypass_image image;
	struct host *h;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/state.json", dir);
	snprintf(lock, sizeof(lock), "%s.lock", path);
	config.state_path = path;
	config.loop = loop;
	h = host_new(&config);
	card_press(&h->card);
	/* A change during a save is saved by the next process. */
	for (int i = 0; i < 3; i++) {
		host_sleep(h, 20 * S);
		pump_until(loop, !saver_is_busy(&h->card.keep.saver));
	}
	assert_true(state_load(path, host_wall(), &image, flash, error,
			       sizeof(error)));
	assert_int_equal(image.relay, BYPASS_RELAY_BYPASS);
	assert_int_equal(loop_timers_next(&host_timers), NO_DEADLINE);

	card_press(&h->card);
	host_sleep(h, 20 * S);
	card_press(&h->card);
	assert_true(card_fini(&h->card));
	free(h);
	assert_true(state_load(path, host_wall(), &image, flash, error,
			       sizeof(error)));
	assert_int_equal(image.relay, BYPASS_RELAY_BYPASS);
	unlink(path);
	unlink(lock);
	rmdir(dir);
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(test_words),  BENCH(test_takes_long),
		BENCH(test_killed), BENCH(test_descriptors),
		BENCH(test_card),
	};

	end_after(60);
	return cmocka_run_group_tests_name("saver", tests, NULL, NULL);
}
