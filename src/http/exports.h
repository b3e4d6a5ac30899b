/* What leaves the book as a file: it says who took it and when, and is itself an entry. */
#ifndef HTTP_EXPORTS_H
#define HTTP_EXPORTS_H

#include "http/reply.h"
#include "http/request.h"

/* "周望舒 2026-11-24 09:00": what stands on everything that the request's person takes out. In the
 * request's arena. */
const char *export_mark(const struct request *request, struct ledger *ledger);
/* Note that he takes out `what` (a kind, a summary) in this form ("xlsx", "docx"), with so many
 * rows (−1: it has none). Nothing is handed out before this is OK. */
enum result export_note(const struct request *request, const char *what, const char *form,
	int64_t rows, struct error *error);
/* The answer is this file, called so. */
void export_answer(struct reply *reply, const char *form, const char *name);

#endif
