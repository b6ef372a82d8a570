// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: kexec load|load-crash KERNEL INITRAMFS PARAMETERS
 *        kexec start
 *
 * Loads another kernel, which "start" or a panic starts.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fprintf(stderr, "kexec: %s: %s\n", path, strerror(errno));
	return fd;
}

static int load(char **words, unsigned long flags)
{
	int kernel = open_file(words[0]);
	int initramfs = open_file(words[1]);

	if (kernel < 0 || initramfs < 0)
		return 1;
	if (syscall(SYS_kexec_file_load, kernel, initramfs,
		    strlen(words[2]) + 1, words[2], flags) != 0) {
		fprintf(stderr, "kexec: kexec_file_load: %s\n",
			strerror(errno));
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "load"))
		return load(argv + 2, 0);
	if (argc == 5 && !strcmp(argv[1], "load-crash"))
		return load(argv + 2, KEXEC_FILE_ON_CRASH);
	if (argc == 2 && !strcmp(argv[1], "start")) {
		syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			LINUX_REBOOT_CMD_KEXEC, NULL);
		fprintf(stderr, "kexec: reboot: %s\n", strerror(errno));
		return 1;
	}
	fprintf(stderr,
		"usage: kexec load|load-crash KERNEL INITRAMFS PARAMETERS\n"
		"       kexec start\n");
	return 2;
}
