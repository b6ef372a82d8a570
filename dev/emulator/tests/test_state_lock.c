// SPDX-License-Identifier: GPL-2.0-or-later
/* Only one emulator at a time uses a state file. */
#include "state_files.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static bool try_lock(struct fixture *f, int *lock)
{
	*lock = -1;
	f->error[0] = '\0';
	return state_lock(f->path, lock, f->error, sizeof(f->error));
}

static void test_lock_is_for_one(void **state)
{
	struct bypass_image image = some_image();
	struct fixture *f = *state;
	int lock, other;

	assert_true(try_lock(f, &lock));
	assert_false(try_lock(f, &other));
	assert_int_equal(strncmp(f->error, f->path, strlen(f->path)), 0);
	assert_non_null(strstr(f->error, "another emulator is using it"));
	/* A save has replaced the file. */
	save(f, &image);
	assert_false(try_lock(f, &other));
	state_unlock(lock);
	assert_true(try_lock(f, &lock));
	state_unlock(lock);
}

/* However the process ends, also without a cleanup. */
static void test_lock_ends_with_the_process(void **state)
{
	struct fixture *f = *state;
	int lock, locked[2];
	char c = 0;
	pid_t child;

	assert_int_equal(pipe(locked), 0);
	child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		c = try_lock(f, &lock) ? 'y' : 'n';
		if (write(locked[1], &c, 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(locked[0], &c, 1), 1);
	assert_int_equal(c, 'y');
	assert_false(try_lock(f, &lock));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(try_lock(f, &lock));
	state_unlock(lock);
	close(locked[0]);
	close(locked[1]);
}

static void test_lock_that_cannot_be(void **state)
{
	struct fixture *f = *state;
	char path[PATH_MAX + 1];
	int lock;

	assert_int_equal(mkdir(f->lock, 0700), 0);
	assert_false(try_lock(f, &lock));
	assert_int_equal(strncmp(f->error, f->path, strlen(f->path)), 0);
	assert_non_null(strstr(f->error, f->lock));
	assert_non_null(strstr(f->error, strerror(EISDIR)));

	memset(path, 'x', PATH_MAX);
	path[PATH_MAX] = '\0';
	assert_false(state_lock(path, &lock, f->error, sizeof(f->error)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lock_is_for_one),
		TEST(test_lock_ends_with_the_process),
		TEST(test_lock_that_cannot_be),
	};

	return cmocka_run_group_tests_name("state_lock", tests, NULL, NULL);
}
