/*
 * Norm packs, as YAML or as a workbook, on any bytes: what is refused leaves the book as it was,
 * what is taken is taken whole, and the chain holds.
 */
#include "derive/pack.h"

#include "../tests/little_module.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { INPUT_BYTES = 65536, BOOK_INPUTS = 500 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct module *const little[] = { &little_module, NULL };
static struct ledger *ledger;
static struct session session;
static int inputs;

static void chance(void *state, uint8_t *into, size_t length)
{
	uint8_t *next = state;

	for (size_t i = 0; i < length; i++)
		into[i] = (*next)++;
}

/* A new book now and then, so that it stays small; the old one must still verify. */
static void book_turn(void)
{
	static uint8_t next;
	struct error error = { 0 };
	int64_t entries;

	if (ledger && inputs++ < BOOK_INPUTS)
		return;
	if (ledger)
		must(ledger_verify(ledger, &entries, &error) == OK);
	ledger_close(ledger);
	inputs = 0;
	session = (struct session){
		.staff = "", .login = "fuzz", .chance = chance, .chance_state = &next
	};
	must(instant_parse("2026-11-24T09:00:00+08:00", &session.now));
	must(ledger_open(&ledger, ":memory:", "main", true, little, &error) == OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint8_t head[DIGEST_BYTES];
	struct error error = { 0 };
	char path[64];
	int issued = 0;

	if (size > INPUT_BYTES)
		return 0;
	book_turn();
	int file = memfd_create("pack", MFD_CLOEXEC);
	must(file >= 0 && write(file, bytes, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	int64_t before = ledger_head(ledger, head);
	if (pack_issue(ledger, &session, path, &issued, &error) != OK) {
		must(error.key[0] != '\0');
		must(ledger_head(ledger, head) == before);
	}
	close(file);
	return 0;
}
