/*
 * What a JSON document of the API looks like, as const tables: the OpenAPI document is written
 * from them, and the tests hold every answer against that.
 */
#ifndef HTTP_SHAPE_H
#define HTTP_SHAPE_H

enum shape_type {
	SHAPE_TEXT = 1,
	SHAPE_INTEGER,
	SHAPE_BOOL,
	SHAPE_DAY,
	SHAPE_INSTANT,
	SHAPE_REFERENCE, /* "customer:C1" */
	SHAPE_OBJECT,    /* of the shape `of` */
	SHAPE_ENTRY,     /* an envelope of one of the kinds, as it is sent */
	SHAPE_ANY,       /* any object */
};

enum shape_flag { SHAPE_OPTIONAL = 1, SHAPE_NULL = 2, SHAPE_LIST = 4 };

struct shape;

struct member {
	const char *name;
	enum shape_type type;
	unsigned flags;
	const struct shape *of;
	const char *const *choices; /* of a text; ends with NULL */
};

struct shape {
	const char *name;             /* "Duty" */
	const struct member *members; /* ends with a zero */
};

#endif
