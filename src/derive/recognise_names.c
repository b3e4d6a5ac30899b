/* Who a sentence is about: names that stand in it whole or in part, codes, titles. */
#include "derive/recognise_parts.h"

#include <string.h>

enum { WEIGHT_LEAST = 2, WEIGHT_SURE = 3, RANK_CODE = 1000000, CODE_LEAST = 2, CODE_MOST = 64 };

static const char *common_words(const struct sentence *sentence, enum language language)
{
	return message_get(sentence->recognising->messages, language, "recognise.common");
}

static void use_common(const struct sentence *sentence, struct pieces *pieces)
{
	for (enum language language = CHINESE; language < LANGUAGES; language++)
		pieces_use_words(pieces, common_words(sentence, language));
}

/* ------------------------------------------------------------------ customers */

/* The customer that stands for this one, where the asker may see it; else NULL. */
static const char *visible(struct sentence *sentence, const char *customer)
{
	const struct recognising *asked = sentence->recognising;
	const char *id = view_survivor(ledger_view(asked->ledger), customer);

	if (asked->may && !asked->may(asked->context, "customer", id))
		return NULL;
	return arena_text(&sentence->arena, id);
}

static void take_customer(
	struct sentence *sentence, const char *customer, int rank, const struct run *run)
{
	struct meant *meant = &sentence->customer;

	if (rank < meant->rank || (rank == meant->rank && meant->tied))
		return;
	const char *id = visible(sentence, customer);
	if (!id || (meant->id && rank == meant->rank && text_equal(id, meant->id)))
		return;
	if (rank == meant->rank)
		meant->tied = true;
	else
		*meant = (struct meant){ id, rank, false, *run };
}

/* A short part says who is meant only where the name begins or ends with it. */
static void look_customer(struct sentence *sentence, const struct named *named)
{
	int first = -1, last = -1, left = 0;
	struct pieces name;

	pieces_cut(&name, named->name, strlen(named->name));
	use_common(sentence, &name);
	for (int i = 0; i < name.count; i++) {
		if (name.items[i].used)
			continue;
		first = first < 0 ? i : first;
		last = i;
		left++;
	}
	struct run run = pieces_common(&sentence->pieces, &name);
	bool edge = run.other_at == first || run.other_at + run.count - 1 == last;
	if (run.weight < WEIGHT_LEAST || (run.weight < WEIGHT_SURE && !edge))
		return;
	take_customer(
		sentence, strchr(named->ref, ':') + 1, 2 * run.weight + (run.count == left), &run);
}

static void look_person(struct sentence *sentence, const struct named *named)
{
	struct pieces name;

	if (sentence->people_count == PEOPLE_MOST)
		return;
	pieces_cut(&name, named->name, strlen(named->name));
	int at = pieces_find(&sentence->pieces, &name, 0);
	if (at < 0)
		return;
	const char *customer = visible(sentence, strchr(named->ref, ':') + 1);
	if (customer)
		sentence->people[sentence->people_count++] = (struct somebody){ customer,
			arena_text(&sentence->arena, named->name), at, name.count };
}

static void look(void *context, const struct named *named)
{
	struct sentence *sentence = context;
	bool person = text_equal(named->type, "person");
	int most = sieve_most(&sentence->sieve, named->name);

	if (most < WEIGHT_LEAST)
		return;
	if (person)
		look_person(sentence, named);
	else if (text_equal(named->type, "customer") && 2 * most + 1 >= sentence->customer.rank)
		look_customer(sentence, named);
}

/* A code stands by itself: letters, digits and what may be between them. */
static void look_codes(struct sentence *sentence)
{
	const struct pieces *pieces = &sentence->pieces;
	char code[CODE_MOST + 1];

	for (int i = 0; i < pieces->count; i++) {
		const char *at = pieces->text + pieces->items[i].at;
		size_t length = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					   "0123456789._-");
		int count = 1;
		while (i + count < pieces->count &&
			pieces->items[i + count].at < pieces->items[i].at + length)
			count++;
		if (pieces->items[i].used || length < CODE_LEAST || length > CODE_MOST)
			continue;
		text_copy(code, length + 1, at);
		struct run run = { RANK_CODE, i, 0, count };
		if (view_exists(ledger_view(sentence->recognising->ledger), "customer", code))
			take_customer(sentence, code, RANK_CODE, &run);
		i += count - 1;
	}
}

/* Where only people are named and all of them are of one customer, that one is meant. */
static void by_people(struct sentence *sentence)
{
	const char *customer = sentence->people_count ? sentence->people[0].customer : NULL;

	for (int i = 1; i < sentence->people_count; i++) {
		if (!text_equal(sentence->people[i].customer, customer))
			return;
	}
	if (customer)
		sentence->customer = (struct meant){ .id = customer, .rank = RANK_CODE };
}

enum result sentence_names(struct sentence *sentence, struct error *error)
{
	const struct recognising *asked = sentence->recognising;
	struct meant *meant = &sentence->customer;

	use_common(sentence, &sentence->pieces);
	sieve_fill(&sentence->sieve, &sentence->pieces);
	look_codes(sentence);
	if (search_each(asked->search, asked->ledger, look, sentence, error) != OK)
		return error->result;
	if (meant->tied)
		*meant = (struct meant){ 0 };
	if (meant->id)
		pieces_use(&sentence->pieces, meant->run.at, meant->run.count);
	else
		by_people(sentence);
	return ledger_trouble(asked->ledger, error);
}

bool sentence_customer_sure(const struct sentence *sentence)
{
	const struct meant *meant = &sentence->customer;

	return meant->id && (meant->rank >= 2 * WEIGHT_SURE || meant->rank % 2 == 1);
}

/* ------------------------------------------------------------------ people by their titles */

enum { GIVEN_MOST = 3 };

static const char titles[] =
	"总经理|总|经理|主任|处长|科长|院长|校长|局长|行长|厂长|部长|主管|书记|老师|工";
/* What stands behind a character that only looks like a title: 总部, 工程. */
static const char no_titles[] = "部|结|体|共|算|程|作|厂|人|业|会";
static const char surnames[] =
	"王|李|张|刘|陈|杨|黄|赵|吴|周|徐|孙|马|朱|胡|郭|何|林|罗|高|梁|郑|谢|宋|唐|许|韩|冯|邓|曹|"
	"彭|曾|肖|田|董|袁|潘|于|蒋|蔡|余|杜|叶|程|苏|魏|吕|丁|任|沈|姚|卢|姜|崔|钟|谭|陆|汪|范|金|"
	"石|廖|贾|夏|韦|付|方|白|邹|孟|熊|秦|邱|江|尹|薛|闫|段|雷|侯|龙|史|陶|黎|贺|顾|毛|郝|龚|邵|"
	"万|钱|严|覃|武|戴|莫|孔|向|汤";
static const char addresses[] = "mr|ms|mrs|miss|dr";

static const char *slice(struct sentence *sentence, int from, int last)
{
	const struct pieces *pieces = &sentence->pieces;

	return arena_bytes(&sentence->arena, pieces->text + pieces->items[from].at,
		pieces->items[last].end - pieces->items[from].at);
}

/* 王总, 张建国经理: the nearest surname before a title, 副 between them or not. */
static const char *with_title(struct sentence *sentence, int at)
{
	const struct pieces *pieces = &sentence->pieces;
	int count = pieces_word_at(pieces, titles, at), first = at;

	if (!count || (pieces_touch(pieces, at + count - 1) &&
			      pieces_word_at(pieces, no_titles, at + count)))
		return NULL;
	if (pieces_touch(pieces, first - 1) && pieces_word_at(pieces, "副", first - 1))
		first--;
	for (int i = 1; i <= GIVEN_MOST && pieces_touch(pieces, first - i); i++) {
		if (pieces->items[first - i].used)
			break;
		if (pieces_word_at(pieces, surnames, first - i))
			return slice(sentence, first - i, at + count - 1);
	}
	return NULL;
}

static const char *with_address(struct sentence *sentence, int at)
{
	const struct pieces *pieces = &sentence->pieces;

	if (!pieces_word_at(pieces, addresses, at) || at + 1 >= pieces->count ||
		pieces->items[at + 1].used)
		return NULL;
	return slice(sentence, at, at + 1);
}

const char *sentence_person(struct sentence *sentence)
{
	const struct somebody *best = NULL;

	for (int i = 0; i < sentence->people_count; i++) {
		const struct somebody *one = &sentence->people[i];
		if (sentence->customer.id && text_equal(one->customer, sentence->customer.id) &&
			(!best || one->count > best->count))
			best = one;
	}
	if (best)
		return best->name;
	for (int at = 0; at < sentence->pieces.count; at++) {
		const char *person = with_title(sentence, at);
		person = person ? person : with_address(sentence, at);
		if (person)
			return person;
	}
	return NULL;
}
