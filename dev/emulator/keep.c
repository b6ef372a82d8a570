// SPDX-License-Identifier: GPL-2.0-or-later
#include "keep.h"

#include "base/util.h"
#include "card.h"
#include "controller/state.h"

/*
 * Saving waits for the disk, and all pin edges of the host during that time
 * would seem to come at once. So the state is saved when the pins have been at
 * rest for a while, but not postponed forever.
 */
#define SAVE_QUIET_US (20 * 1000)
#define SAVE_LIMIT_US (10 * 1000 * 1000)

_Static_assert(STATE_FLASH_WORDS == NVM_WORDS,
	       "the state file holds all of the NVM");

static uint64_t due_us(const struct keep *keep)
{
	if (keep->unsaved_since_us == NO_DEADLINE ||
	    saver_is_busy(&keep->saver))
		return NO_DEADLINE;
	if (keep->save_again_us != NO_DEADLINE)
		return keep->save_again_us;
	return earliest(keep->last_pins_us + SAVE_QUIET_US,
			keep->unsaved_since_us + SAVE_LIMIT_US);
}

/* Called after each change of an input of due_us(). */
static void set_timer(struct keep *keep)
{
	loop_timer_set(&keep->timer, due_us(keep));
}

bool keep_save(struct card *card, char *error, size_t error_size)
{
	struct bypass_image image;

	bypass_get_image(card->bypass, card_now_us(card), &image);
	if (card->config.state_path &&
	    !state_save(card->config.state_path, card->config.wall_s(), &image,
			card->nvm.flash, error, error_size))
		return false;
	card->keep.unsaved_since_us = NO_DEADLINE;
	card->keep.save_again_us = NO_DEADLINE;
	set_timer(&card->keep);
	return true;
}

void keep_changed(struct card *card)
{
	if (card->keep.unsaved_since_us != NO_DEADLINE)
		return;
	card->keep.unsaved_since_us = card_now_us(card);
	set_timer(&card->keep);
}

void keep_pins_moved(struct card *card)
{
	card->keep.last_pins_us = card_now_us(card);
	if (card->keep.unsaved_since_us != NO_DEADLINE)
		set_timer(&card->keep);
}

/*
 * A disk that becomes full does not stop the card. It may have room again, so
 * saving is retried; the error is reported once.
 */
static void saved(void *opaque, const char *error)
{
	struct card *card = opaque;
	struct keep *keep = &card->keep;

	if (error && keep->save_again_us == NO_DEADLINE)
		log_error("%s", error);
	if (error)
		keep_changed(card);
	keep->save_again_us = error ? card_now_us(card) + SAVE_LIMIT_US :
				      NO_DEADLINE;
	set_timer(keep);
}

/* Without a loop, as in tests, the card waits for the disk. */
static void time_to_save(void *opaque)
{
	struct card *card = opaque;
	struct keep *keep = &card->keep;
	char error[512];
	bool ok;

	if (!card->config.loop || !card->config.state_path) {
		ok = keep_save(card, error, sizeof(error));
		saved(card, ok ? NULL : error);
		return;
	}
	/* Changes from here on are for the next save. */
	keep->unsaved_since_us = NO_DEADLINE;
	if (!saver_fork(&keep->saver, keep->lock))
		return;
	ok = keep_save(card, error, sizeof(error));
	saver_end(ok ? NULL : error);
}

void keep_load(struct card *card, struct bypass_image *image)
{
	struct keep *keep = &card->keep;
	char error[512];

	keep->unsaved_since_us = NO_DEADLINE;
	keep->save_again_us = NO_DEADLINE;
	loop_timer_init(&keep->timer, card->config.timers, time_to_save, card);
	saver_init(&keep->saver, card->config.loop, saved, card);
	bypass_factory_image(image);
	if (card->config.state_path &&
	    (!state_lock(card->config.state_path, &keep->lock, error,
			 sizeof(error)) ||
	     !state_load(card->config.state_path, card->config.wall_s(), image,
			 card->nvm.flash, error, sizeof(error))))
		die("%s", error);
}

bool keep_save_last(struct card *card)
{
	char error[512];
	bool ok;

	/* A save that began earlier must not end later. */
	saver_wait(&card->keep.saver);
	ok = keep_save(card, error, sizeof(error));
	/* Saves again if necessary: after this the state is lost. */
	if (!ok)
		log_error("%s", error);
	return ok;
}

void keep_fini(struct card *card)
{
	loop_timer_stop(&card->keep.timer);
	if (card->config.state_path)
		state_unlock(card->keep.lock);
}
