/* What the files of this module share. */
#ifndef CUSTOMER_CUSTOMER_H
#define CUSTOMER_CUSTOMER_H

#include "module.h"

enum customer_kind {
	CUSTOMER,
	PERSON,
	PRODUCT,
	PRODUCT_ENDED,
	MERGED,
	UNMERGED,
	UNMASKED,
};
extern const struct kind customer_kinds[];

enum customer_statement {
	CUSTOMER_PUT,
	PERSON_PUT,
	PRODUCT_PUT,
	PRODUCT_END,
	MERGE_PUT,
	MERGE_END,
	UNMASKED_PUT,
	MERGED_INTO,
	PERSON_KNOWN,
	PRODUCT_KNOWN,
	RENEWAL_NOTE,
	RENEWALS_NOTED,
	RENEWALS_OPEN,
	RENEWAL_DONE,
	RENEWAL_DROP,
	RENEWAL_REOPEN,
	CUSTOMER_UNIT,
	SURVIVOR,
	ALIASES,
	ALL,
	NEW,
	INDUSTRY,
	BUSINESS,
	DUPLICATES,
	CODE_DOUBTFUL,
	PERSONS,
	DECIDERS,
	CONSENT,
	PRODUCTS,
	MONTHLY,
	CONTRACTS_ENDING,
	UNMASKINGS,
	WHOM_TO_SEE,
	WHAT_ENDS,
};

/* identity.c */

enum { IDENTITY_TEXT = 256 };

/* The form by which names of customers are the same: folded, without brackets, punctuation
 * and the words for the kind of company. */
void identity_name(char *to, size_t size, const char *name);
/* A credit code as it is compared: no white space, upper case. */
void identity_code(char *to, size_t size, const char *code);
/*
 * What is doubtful about a unified social credit code (GB 32100-2015) in the form above:
 * "length", "characters", "check" (its last character) or "organisation" (the check of the
 * organisation code inside, GB 11714); NULL where nothing is.
 */
const char *identity_doubt(const char *code);

/* renewal.c: contracts that end soon become their manager's duty. */

/* A day has opened: note what ends within the norm's days, and open duties. */
enum result renewal_day(struct view *view, const struct entry *entry, struct error *error);
/* A product was entered or ended: what it renews is done. */
enum result renewal_answer(struct view *view, const struct entry *entry, struct error *error);
/* An entry of a product was corrected or withdrawn. */
enum result renewal_refold(struct view *view, const struct entry *before, const struct entry *after,
	struct error *error);

#endif
