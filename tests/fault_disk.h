/*
 * A disk that fails when it is told to: a VFS of SQLite around the real one. It counts what is
 * done to the files of one book (opening, writing, flushing, cutting, deleting, and growing the
 * index of the log; or reading), and lets the Nth fail. It also remembers what each file held when
 * it was last flushed, and what was written since, so that it can say what the disk holds after the
 * power goes: all that was flushed, and of the rest some, some not, and some torn in the middle.
 */
#ifndef TESTS_FAULT_DISK_H
#define TESTS_FAULT_DISK_H

#include <stdbool.h>
#include <stdint.h>

enum disk_trouble {
	DISK_NONE,
	DISK_FULL,
	DISK_FAILS,
	DISK_SHORT, /* half of a write is done before the disk is full */
	DISK_READS, /* counts and fails reading instead */
};

struct disk {
	int64_t at;    /* which deed fails, from 1; 0: none */
	int64_t deeds; /* how many there have been */
	bool sticky;   /* every later one fails as well */
	bool met;      /* one has failed */
	enum disk_trouble trouble;
	void (*deed)(int64_t number); /* told before each is done; may be NULL */
};

extern struct disk disk;

/* Register it as the default VFS. Once in a process, before SQLite is used. */
void disk_install(void);
/* From now on the book at `path`, which nobody has open, is followed. */
void disk_follow(const char *path);
/* Let deed `at` from now be the first to fail. */
void disk_fail(int64_t at, enum disk_trouble trouble, bool sticky);
/* Write what the disk would hold if the power went now, as chance has it, to the book `to`. */
void disk_power_cut(const char *to, uint64_t chance);

#endif
