// SPDX-License-Identifier: GPL-2.0-or-later
#include "sock.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"

void sock_address(struct sockaddr_un *address, const char *path)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(address->sun_path))
		die("%s: a socket's path has at most %zu bytes: use a shorter one",
		    path, sizeof(address->sun_path) - 1);
	strcpy(address->sun_path, path);
}

static int open_socket(int type)
{
	int fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket: %s", strerror(errno));
	return fd;
}

/*
 * The errors of a socket in use: busy, connected to another client, or of
 * another type.
 */
static bool means_used(int error)
{
	return error == EAGAIN || error == EPERM || error == EPROTOTYPE;
}

void sock_make_room(const char *path, int type)
{
	struct sockaddr_un address;
	struct stat st;
	int fd;

	sock_address(&address, path);
	if (lstat(path, &st) != 0)
		return;
	if (!S_ISSOCK(st.st_mode))
		die("%s: exists and is not a socket: remove it", path);
	fd = open_socket(type);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 ||
	    means_used(errno))
		die("%s: another emulator is using it: stop that one or use another path",
		    path);
	if (errno != ECONNREFUSED)
		die("%s: cannot tell whether an emulator is using it: %s: remove it if none is, or use another path",
		    path, strerror(errno));
	close(fd);
	unlink(path);
}

int sock_bind(const char *path, int type)
{
	struct sockaddr_un address;
	int fd;

	sock_address(&address, path);
	sock_make_room(path, type);
	fd = open_socket(type);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}
