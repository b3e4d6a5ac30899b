/* A pack as read, before it is issued. Private to the files of packs. */
#ifndef DERIVE_PACK_PARTS_H
#define DERIVE_PACK_PARTS_H

#include "derive/pack.h"

enum { PACK_DOCUMENTS = 200, PACK_NORMS = 1000, PACK_ROWS = 5000, PACK_NEEDS = 8 };

/* Where a value stands: line and column of a YAML file (from 1), or row and column of a sheet
 * (row from 1, column from 0). Zero: unknown. */
struct spot {
	int64_t line;
	int column;
};

/* A body and where its fields were read, so that what the core refuses can be shown. */
struct pack_document {
	json_t *body;
	struct spot spot;
	struct {
		const char *field;
		struct spot spot;
	} fields[12];
	int field_count;
	char id[ID_TEXT];
};

struct pack_norm {
	int document; /* index */
	const struct norm *norm;
	json_t *body;         /* without "document" */
	const char *sheet;    /* its sheet's name, NULL in YAML */
	struct spot spot;     /* of the table as a whole */
	struct spot *cells;   /* rows × (columns + 1): the row itself, then its cells; freed */
	const char **columns; /* names, in the order of `cells` */
	int column_count, row_count, allocated_rows;
};

struct pack {
	struct ledger *ledger;
	struct arena arena;
	const char *file;  /* what messages call it */
	const char *sheet; /* first sheet's name, NULL in YAML */
	const char *needs[PACK_NEEDS];
	int need_count;
	struct pack_document *documents;
	struct pack_norm *norms;
	int document_count, norm_count;
};

/* Fill a pack from bytes. REFUSED with a place on anything that is not as it should be. */
enum result pack_read_yaml(
	struct pack *pack, const char *bytes, size_t length, struct error *error);
enum result pack_read_workbook(
	struct pack *pack, const char *bytes, size_t length, struct error *error);

struct pack_document *pack_document_add(struct pack *pack, struct spot spot, struct error *error);
struct pack_norm *pack_norm_add(struct pack *pack, const struct norm *norm, struct spot spot,
	int column_count, struct error *error);
/* Room for one more row: its spots, column_count + 1 of them, zero. NULL past the ceiling. */
struct spot *pack_row_add(struct pack_norm *table, struct error *error);
/* Note where a field of a document stands. */
void pack_field_spot(struct pack_document *document, const char *field, struct spot spot);
/* Say in `error` where the failure was found; `sheet` as in struct pack_norm. */
void pack_place(const struct pack *pack, const char *sheet, struct spot spot, struct error *error);
/* The declared column called `name`, or NULL. */
const struct field *pack_column(const struct norm *norm, const char *name);

#endif
