#include "derive/reason.h"

#include <string.h>

enum { SLOT_BYTES = 4096, ENTRY_BYTES = 8 * 1024 * 1024 };

struct filling {
	const struct reader *reader;
	const struct reason *reason;
	struct buffer value; /* of the slot at hand */
};

static void write_as(struct filling *filling, enum field_type type, json_t *value)
{
	const struct field field = { .name = "", .type = type };

	sentence_value(filling->reader, "", &field, value, &filling->value);
	json_decref(value);
}

/* The entry as other sentences call it; its number where it cannot be read. */
static void write_entry(struct filling *filling, int64_t seq)
{
	struct error ignored = { 0 };
	struct entry entry;
	struct arena arena;

	arena_init(&arena, ENTRY_BYTES);
	if (ledger_entry(filling->reader->ledger, &arena, seq, &entry, NULL, &ignored) == OK) {
		sentence_name(filling->reader, &entry, &filling->value);
		entry_release(&entry);
	} else {
		buffer_integer(&filling->value, seq);
	}
	arena_release(&arena);
}

static void write_message(struct filling *filling, const char *key)
{
	const struct labels *labels = &filling->reader->labels;
	const char *text = message_find(labels->messages, labels->language, key);

	buffer_text(&filling->value, text ? text : key);
}

static void write_slot(struct filling *filling, const struct slot *slot)
{
	switch (slot->type) {
	case SLOT_TEXT:
		buffer_text(&filling->value, slot->text);
		break;
	case SLOT_MESSAGE:
		write_message(filling, slot->text);
		break;
	case SLOT_DAY:
		write_as(filling, FIELD_DAY, json_string(slot->text));
		break;
	case SLOT_MONTH:
		write_as(filling, FIELD_MONTH, json_string(slot->text));
		break;
	case SLOT_NUMBER:
		write_as(filling, FIELD_INTEGER, json_integer(slot->number));
		break;
	case SLOT_MONEY:
		write_as(filling, FIELD_MONEY, json_integer(slot->number));
		break;
	case SLOT_ENTRY:
		write_entry(filling, slot->number);
		break;
	}
}

static const char *value_of(void *context, const char *name)
{
	struct filling *filling = context;
	const struct slot *slot = filling->reason->slots;

	for (int i = 0; i < REASON_SLOTS && slot[i].name; i++) {
		if (strcmp(slot[i].name, name) != 0)
			continue;
		buffer_clear(&filling->value);
		buffer_text(&filling->value, "");
		write_slot(filling, &slot[i]);
		return filling->value.bytes;
	}
	return NULL;
}

void reason_write(const struct reader *reader, const struct reason *reason, struct buffer *out)
{
	struct filling filling = { .reader = reader, .reason = reason };

	buffer_init(&filling.value, SLOT_BYTES);
	message_fill(out,
		message_get(reader->labels.messages, reader->labels.language, reason->message),
		value_of, &filling);
	buffer_release(&filling.value);
}
