/*
 * Ids of objects by their names, for files in which people write names. Names are compared
 * folded. Each type is read from the book when it is first asked for.
 */
#ifndef DERIVE_NAME_INDEX_H
#define DERIVE_NAME_INDEX_H

#include "ledger/sight.h"

struct name_index;

/* Of what this sight takes in; NULL: of all. */
struct name_index *name_index_new(struct ledger *ledger, struct sight *sight);
void name_index_free(struct name_index *index); /* NULL does nothing */
/* An object that has come to be, or changed its name, since the index was read. */
void name_index_add(struct name_index *index, const char *type, const char *id, const char *name);
/* The id of the one object called `name`, borrowed; NULL where none is. REFUSED with the
 * candidates where several are. */
enum result name_index_find(struct name_index *index, const char *type, const char *field,
	const char *name, const char **id, struct error *error);

#endif
