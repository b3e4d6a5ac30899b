/*
 * Which facts a summary tells at length.
 *
 * A fact is weighed by three things, each 0 to 1000: how far it stands out (特点), how much it
 * touches (普遍性), and how well it suits what the summary is for (目的). It ranks by their
 * product, so that a curiosity that touches nobody never passes a fact that is strong in all
 * three. Only a concrete fact (number, named object, date, evidence: 具体) may be told at
 * length. At most three a section and seven in all are; a few more get a line each; minor
 * facts stand in the appendix only, so that more of them never make a longer text.
 *
 * Facts that would be told with the same typical case are near to being one fact: of those in
 * a section the strongest is told at length, the others have a line.
 *
 * A breached threshold is always in the text, and where any is concrete one of them is told
 * at length: a summary is not all praise. A writer may pin a fact or leave it out, except
 * that a breach cannot be left out.
 */
#ifndef DERIVE_SUMMARY_SELECT_H
#define DERIVE_SUMMARY_SELECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEY_FACTS_SECTION = 3, KEY_FACTS_ALL = 7, LINE_FACTS_SECTION = 4 };

enum fact_pin { PIN_NONE, PIN_IN, PIN_OUT };
enum fact_place { PLACE_APPENDIX, PLACE_LINE, PLACE_KEY };

struct fact {
	const char *name;
	int section;
	int distinct, common, fit; /* 特点 普遍性 目的, 0 … 1000 */
	bool concrete, breach;
	int64_t example; /* its typical case; 0 for none */
	enum fact_pin pin;
	/* Answers: */
	int64_t score;
	int rank; /* among all, from 1 */
	enum fact_place place;
};

/* Weigh, rank and place them. The order of `facts` does not matter; ties go by name. */
void facts_select(struct fact *const *facts, size_t count);

/* 特点 of `value` among its peers: the robust z, |value − median| over 1.4826 times the median
 * distance from it, 3 of which make 1000. */
int fact_distinct_peers(int64_t value, const int64_t *peers, size_t count, int64_t *median);
/* 特点 against the own period before: a change by half makes 1000, or for a share (tenths of a
 * percent) one by ten points. */
int fact_distinct_before(int64_t value, int64_t before, bool share);
/* 普遍性: the share of the scope's customers it touches, or what its number of independent
 * entries is worth (20 make a half), whichever is more; a single entry is worth nothing. */
int fact_common(int64_t customers, int64_t all_customers, int64_t entries);

#endif
