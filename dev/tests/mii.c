// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: mii INTERFACE DEVICE REGISTER [VALUE]
 *
 * Reads a register of the PHY's MDIO device (clause 45) by SIOCGMIIREG and
 * prints it, or writes it by SIOCSMIIREG. The PHY's address is that of
 * SIOCGMIIPHY.
 */
#include <errno.h>
#include <linux/mdio.h>
#include <linux/mii.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct ifreq ifr = {};
	/* It is part of the request, but the C library has no member for it. */
	struct mii_ioctl_data *mii = (void *)&ifr.ifr_data;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc < 4 || argc > 5 || strlen(argv[1]) >= sizeof(ifr.ifr_name)) {
		fprintf(stderr,
			"usage: mii INTERFACE DEVICE REGISTER [VALUE]\n");
		return 2;
	}
	strcpy(ifr.ifr_name, argv[1]);
	if (ioctl(fd, SIOCGMIIPHY, &ifr) != 0) {
		fprintf(stderr, "%s: SIOCGMIIPHY: %s\n", argv[1],
			strerror(errno));
		return 1;
	}
	mii->phy_id = MDIO_PHY_ID_C45 | mii->phy_id << 5 |
		      strtoul(argv[2], NULL, 0);
	mii->reg_num = strtoul(argv[3], NULL, 0);
	if (argc == 5)
		mii->val_in = strtoul(argv[4], NULL, 0);
	if (ioctl(fd, argc == 5 ? SIOCSMIIREG : SIOCGMIIREG, &ifr) != 0) {
		fprintf(stderr, "%s: %s %s: %s\n", argv[1], argv[2], argv[3],
			strerror(errno));
		return 1;
	}
	if (argc == 4)
		printf("0x%04x\n", mii->val_out);
	return 0;
}
