#include "derive/readings.h"

#include "base/asset.h"
#include "base/panic.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	FIRST = 0x4E00, /* the block that the table covers */
	CHARACTERS = 0xA000 - FIRST,
	SYLLABLES = 512,
	SYLLABLE_TEXT = 8,
};

struct readings {
	char syllables[SYLLABLES][SYLLABLE_TEXT];
	int count;
	uint32_t letters[CHARACTERS];
	/* Those of character i: ids[start[i]] … ids[start[i + 1] − 1]. */
	uint32_t start[CHARACTERS + 1];
	uint16_t *ids;
};

static bool covered(uint32_t point)
{
	return point >= FIRST && point < FIRST + CHARACTERS;
}

static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : line + strlen(line);
}

/* Call `each` for every character of every line, which is read as its syllable. */
static void walk(struct readings *readings, const char *table,
	void (*each)(struct readings *readings, uint32_t character, int syllable))
{
	int syllable = 0;

	for (const char *line = table; *line; line = next_line(line)) {
		if (*line == '#')
			continue;
		size_t length = strcspn(line, " ");
		must(length < SYLLABLE_TEXT && syllable < SYLLABLES);
		memcpy(readings->syllables[syllable], line, length);
		for (const char *at = line + length + 1; *at && *at != '\n';) {
			uint32_t point = text_next(&at);
			must(covered(point));
			each(readings, point - FIRST, syllable);
		}
		syllable++;
	}
	readings->count = syllable;
}

static void count(struct readings *readings, uint32_t character, int syllable)
{
	readings->start[character + 1]++;
	readings->letters[character] |= UINT32_C(1) << (readings->syllables[syllable][0] - 'a');
}

/* The starts move on while the places are filled, to where the next character's would be. */
static void place(struct readings *readings, uint32_t character, int syllable)
{
	readings->ids[readings->start[character]++] = (uint16_t)syllable;
}

struct readings *readings_new(void)
{
	const struct asset *asset = asset_find("derive/readings.txt");
	struct readings *readings = calloc(1, sizeof(*readings));

	must(asset != NULL && readings != NULL);
	walk(readings, asset->bytes, count);
	for (int i = 0; i < CHARACTERS; i++)
		readings->start[i + 1] += readings->start[i];
	readings->ids = calloc(readings->start[CHARACTERS] + 1, sizeof(*readings->ids));
	must(readings->ids != NULL);
	walk(readings, asset->bytes, place);
	memmove(readings->start + 1, readings->start,
		sizeof(readings->start) - sizeof(*readings->start));
	readings->start[0] = 0;
	return readings;
}

void readings_free(struct readings *readings)
{
	if (!readings)
		return;
	free(readings->ids);
	free(readings);
}

uint32_t readings_letters(const struct readings *readings, uint32_t point)
{
	return covered(point) ? readings->letters[point - FIRST] : 0;
}

const char *readings_syllable(const struct readings *readings, uint32_t point, int index)
{
	if (!covered(point))
		return NULL;
	uint32_t id = readings->start[point - FIRST] + (uint32_t)index;
	return id < readings->start[point - FIRST + 1] ? readings->syllables[readings->ids[id]]
						       : NULL;
}

/* text_next, for the many characters of three bytes that every question looks at. */
static uint32_t next_character(const char **at)
{
	const unsigned char *bytes = (const unsigned char *)*at;

	if ((bytes[0] & 0xF0) != 0xE0)
		return text_next(at);
	*at += 3;
	return (bytes[0] & 0x0Fu) << 12 | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu);
}

/* Where `typed` may stand after one more character of the name: from each place in `from` (bit i:
 * the first i letters are taken) on by the beginning of `syllable`. */
static uint64_t step(const char *typed, uint64_t from, const char *syllable)
{
	uint64_t reached = 0;

	for (; from; from &= from - 1) {
		int at = __builtin_ctzll(from);
		for (int taken = 0; syllable[taken] && typed[at + taken] == syllable[taken];
			taken++)
			reached |= UINT64_C(1) << (at + taken + 1);
	}
	return reached;
}

bool readings_begin(const struct readings *readings, const char *typed, const char *name)
{
	size_t length = strlen(typed);
	uint64_t standing = 1, reached;
	const char *syllable;
	uint32_t point;

	if (length > READ_LETTERS)
		return false;
	for (; standing >> length == 0; standing = reached) {
		point = next_character(&name);
		reached = 0;
		if (point && point < 0x80)
			reached = step(typed, standing, (const char[]){ (char)point, '\0' });
		for (int i = 0; (syllable = readings_syllable(readings, point, i)); i++)
			reached |= step(typed, standing, syllable);
		if (!reached)
			return false;
	}
	return true;
}

uint32_t readings_place(
	const struct readings *readings, const char *typed, const char *name, uint32_t most)
{
	uint32_t letter = *typed >= 'a' ? UINT32_C(1) << (*typed - 'a') : 0, point;
	const char *after = name;

	for (uint32_t place = 0; place < most; place++, name = after) {
		point = next_character(&after);
		if (!point)
			break;
		bool may = covered(point) ? readings->letters[point - FIRST] & letter
					  : point == (unsigned char)*typed;
		if (may && readings_begin(readings, typed, name))
			return place;
	}
	return most;
}
