#include "fault_book.h"

#include "base/asset.h"
#include "base/file.h"
#include "derive/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

extern const struct module *const modules[];

enum { OUT_BYTES = 64 << 20, FILE_BYTES = 64 << 20 };

static const char *const entries[] = {
	"{'kind':'org.unit','body':{'unit':'00','name':'清屿省公司','level':'province'}}",
	"{'kind':'org.unit','body':{'unit':'01','name':'澜州','level':'city','parent':'00'}}",
	"{'kind':'org.staff','body':{'staff':'zhou','name':'周岚'}}",
	"{'kind':'org.staff','body':{'staff':'lin','name':'林叙'}}",
	"{'kind':'org.post','body':{'staff':'zhou','unit':'01','role':'manager','from':"
	"'2025-01-01'}}",
	"{'kind':'org.post','body':{'staff':'lin','unit':'00','role':'office','from':"
	"'2025-01-01'}}",
	"{'kind':'customer','body':{'code':'C1','name':'第一医院','category':'industry','unit':"
	"'01'}}",
	"{'kind':'customer','body':{'code':'C2','name':'港务集团','category':'business','unit':"
	"'01'}}",
	"{'kind':'customer','body':{'code':'C3','name':'港务集团公司','category':'business'}}",
	"{'id':'01KE38VMJ0S14TCGE7NJA94KP0','kind':'document.issued','body':{'title':'办法',"
	"'effective':'2026-01-01','recipients':['zhou']}}",
	"{'kind':'norm.issued','body':{'norm':'duty.limits','document':"
	"'01KE38VMJ0S14TCGE7NJA94KP0','effective':'2026-01-01','mark':'D','columns':['what',"
	"'amount','limit'],'rows':[['visit.need_answer',5,'workdays'],['roster.assign',5,"
	"'natural_days'],['document.sign',3,'workdays'],['revenue.movement',5,'workdays']]}}",
	"{'kind':'norm.issued','body':{'norm':'duty.cadence','document':"
	"'01KE38VMJ0S14TCGE7NJA94KP0','effective':'2026-01-01','mark':'D','columns':['what',"
	"'class','times','period'],'rows':[['visit.cadence','gold',1,'month'],['visit.cadence',"
	"'silver',1,'quarter']]}}",
	"{'kind':'norm.issued','body':{'norm':'tier.thresholds','document':"
	"'01KE38VMJ0S14TCGE7NJA94KP0','effective':'2026-01-01','mark':'D','columns':['tier',"
	"'revenue','users'],'rows':[['gold',3000000,500],['silver',500000,100]]}}",
	"{'kind':'roster.listed','body':{'list':'p','name':'省级名单','level':'province','grade':"
	"'major','version':1,'effective':'2026-01-01','columns':['customer'],'rows':[['C1'],"
	"['C2']]}}",
	"{'kind':'roster.assigned','body':{'customer':'C1','staff':'zhou','role':'principal',"
	"'from':'2026-01-01'}}",
	"{'kind':'customer.person','body':{'customer':'C1','person':'P1','name':'许知远','phone':"
	"'19900001234'}}",
	"{'id':'01KE38VMJ0S14TCGE7NJA94KP1','kind':'visit.made','author':'zhou','body':{"
	"'customer':'C1','with':'许知远','observation':'专线不够','promise':'送方案',"
	"'promise_due':'2026-03-04'}}",
	"{'id':'01KE38VMJ0S14TCGE7NJA94KP2','kind':'visit.made','author':'zhou','body':{"
	"'customer':'C2','with':'周望舒','observation':'新码头'}}",
	"{'kind':'revenue.posted','body':{'basis':'month','columns':['customer','month','amount',"
	"'users'],'rows':[['C1','2026-01',4000000,600],['C2','2026-01',600000,100],['C1',"
	"'2026-02',4100000,600]]}}",
	"{'kind':'tier.closed','body':{'month':'2026-02'}}",
	"{'id':'01KE38VMJ0S14TCGE7NJA94KP3','kind':'visit.need','author':'zhou','body':{"
	"'customer':'C1','product':'专线','need':'扩到1000M','by':'许知远'}}",
	NULL,
};

static void must_be_ok(const struct error *error)
{
	if (error->result != OK)
		fail_msg("%s %s %s", error->key, error->field,
			error->arguments ? error->argument[0].text : "");
}

static void chance(void *state, uint8_t *bytes, size_t length)
{
	uint64_t *number = state;

	for (size_t i = 0; i < length; i++) {
		*number = *number * 6364136223846793005U + 1442695040888963407U;
		bytes[i] = (uint8_t)(*number >> 56);
	}
}

void trial_remove(const char *path)
{
	static const char *const beside[] = { "", "-wal", "-shm", "-journal" };
	char name[DATABASE_URL + 16];

	for (size_t i = 0; i < COUNT_OF(beside); i++) {
		snprintf(name, sizeof(name), "%s%s", path, beside[i]);
		unlink(name);
	}
}

static void copy(const char *from, const char *to)
{
	struct error error = { 0 };
	struct buffer bytes;
	FILE *file = fopen(to, "wb");

	assert_non_null(file);
	buffer_init(&bytes, FILE_BYTES);
	file_read(from, &bytes, &error);
	must_be_ok(&error);
	assert_int_equal(fwrite(bytes.bytes, 1, bytes.length, file), bytes.length);
	assert_int_equal(fclose(file), 0);
	buffer_release(&bytes);
}

static void write_text_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

enum result trial_append(struct trial *trial, const char *text, struct error *error)
{
	char line[2048];
	struct answer answer;

	text_copy(line, sizeof(line), text);
	for (char *at = line; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	json_t *envelope = json_loads(line, 0, NULL);
	if (!envelope)
		fail_msg("not JSON: %s", line);
	enum result result =
		ledger_append(trial->ledger, &trial->session, envelope, &answer, error);
	json_decref(envelope);
	if (result == OK)
		buffer_print(&trial->out, "%s %d %s %s\n", answer.id, (int)answer.status,
			answer.error.key, answer.error.field);
	return result;
}

static void import_some(struct trial *trial)
{
	struct error error = { 0 };
	struct import_result result;
	struct import_request request = { .kind = "customer",
		.path = trial->kept_import_path,
		.labels = { trial->messages, CHINESE },
		.session = &trial->session };

	import_run(trial->ledger, &request, &result, &error);
	must_be_ok(&error);
	assert_int_equal(result.taken, 3);
	text_copy(trial->imported, sizeof(trial->imported), result.id);
}

static void write_inputs(const struct trial *trial)
{
	write_text_file(trial->kept_import_path,
		"客户编号,客户名称,客户类别\nC1,第一人民医院,行业客户\n"
		"C4,望海大学,行业客户\nC5,听潮酒店,商企客户\n");
	write_text_file(trial->import_path,
		"客户编号,客户名称,客户类别,管理单位\nC6,云栖纸业,商企客户,澜州\n"
		"C1,第一人民医院,行业客户,\nC7,,商企客户,\nC2,港务集团,行业客户,01\n");
	write_text_file(trial->norms_path,
		"pack: trial\ndocuments:\n  - title: 时限\n    effective: 2026-04-01\n    norms:\n"
		"      - norm: duty.limits\n        mark: D\n        columns: [what, amount, "
		"limit]\n"
		"        rows:\n          - [visit.need_answer, 4, workdays]\n"
		"      - norm: calendar.days\n        mark: D\n"
		"        columns: [day, through, is, name]\n        rows:\n"
		"          - [2026-04-06, 2026-04-06, holiday, 清明]\n");
}

/* In memory where that is possible: thousands of books are flushed. */
static void path_set(char path[64], const char *ending)
{
	const char *memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm/yiben_" : "";

	snprintf(path, 64, "%sfault_%d%s", memory, (int)getpid(), ending);
}

static void place_set(char url[DATABASE_URL], const char *name, const char *ending)
{
	const char *server = getenv("YIBEN_TEST_SERVER");

	if (server && *server)
		database_make(url, name);
	else
		path_set(url, ending);
}

static void paths_set(struct trial *trial)
{
	place_set(trial->path, "fault_trial", ".db");
	place_set(trial->kept_path, "fault_kept", "_kept.db");
	path_set(trial->import_path, ".csv");
	path_set(trial->norms_path, ".yaml");
	path_set(trial->out_path, ".jsonl");
	path_set(trial->evidence_path, ".xlsx");
	path_set(trial->left_path, "_left.db");
	path_set(trial->older_path, "_older.db");
	path_set(trial->kept_import_path, "_kept.csv");
}

void trial_prepare(struct trial *trial)
{
	struct error error = { 0 };

	*trial = (struct trial){ .messages = asset_messages(), .chance = 1 };
	buffer_init(&trial->out, OUT_BYTES);
	trial->session = (struct session){ .staff = "",
		.login = "test",
		.origin = ORIGIN_LIVE,
		.chance = chance,
		.chance_state = &trial->chance };
	assert_true(instant_parse("2026-03-02T09:00:00+08:00", &trial->session.now));
	paths_set(trial);
	write_inputs(trial);
	ledger_open(&trial->ledger, trial->kept_path, "main", true, modules, &error);
	must_be_ok(&error);
	for (const char *const *entry = entries; *entry; entry++) {
		buffer_clear(&trial->out);
		ledger_begin(trial->ledger, &error);
		trial_append(trial, *entry, &error);
		ledger_commit(trial->ledger, &error);
		must_be_ok(&error);
		if (!strstr(trial->out.bytes, " 0 "))
			fail_msg("%s: %s", *entry, trial->out.bytes);
	}
	trial_end(trial);
	if (!store_is_server(trial->kept_path))
		copy(trial->kept_path, trial->older_path);
	ledger_open(&trial->ledger, trial->kept_path, "main", false, modules, &error);
	must_be_ok(&error);
	import_some(trial);
	trial_end(trial);
}

void trial_clean(struct trial *trial)
{
	messages_free(trial->messages);
	buffer_release(&trial->out);
	if (store_is_server(trial->path)) {
		database_delete(trial->path);
		database_delete(trial->kept_path);
	} else {
		trial_remove(trial->kept_path);
		trial_remove(trial->left_path);
		trial_remove(trial->older_path);
		trial_remove(trial->path);
	}
	unlink(trial->kept_import_path);
	unlink(trial->import_path);
	unlink(trial->norms_path);
	unlink(trial->out_path);
	unlink(trial->evidence_path);
}

static const char *schema_of(const char *url)
{
	return strstr(url, "%3D") + 3;
}

/* The tables of one schema as those of another; of none, where `from` is NULL. */
static void copy_on_server(const char *from, const char *to)
{
	char sql[1000];

	snprintf(sql, sizeof(sql),
		"DO 'DECLARE t record; BEGIN "
		"FOR t IN SELECT tablename AS name FROM pg_tables WHERE schemaname = ''%s'' LOOP "
		"EXECUTE format(''DROP TABLE %%I'', t.name); END LOOP; "
		"FOR t IN SELECT tablename AS name FROM pg_tables WHERE schemaname = ''%s'' LOOP "
		"EXECUTE format(''CREATE TABLE %%I (LIKE %s.%%I INCLUDING ALL)'', t.name, t.name); "
		"EXECUTE format(''INSERT INTO %%I SELECT * FROM %s.%%I'', t.name, t.name); "
		"END LOOP; END'",
		schema_of(to), from ? schema_of(from) : "", from ? schema_of(from) : "",
		from ? schema_of(from) : "");
	if (!database_run(to, sql))
		fail_msg("%s", sql);
}

void trial_untouched(struct trial *trial)
{
	trial->holds = trial->from;
}

void trial_start(struct trial *trial, const char *from)
{
	bool server = store_is_server(trial->path);

	trial->from = from;
	if (server && (!from || trial->holds != from))
		copy_on_server(from, trial->path);
	if (!server) {
		trial_remove(trial->path);
		trial_remove(trial->left_path);
	}
	unlink(trial->out_path);
	unlink(trial->evidence_path);
	if (from && !server)
		copy(from, trial->path);
	trial->holds = NULL;
	trial_rewind(trial);
}

void trial_rewind(struct trial *trial)
{
	trial->chance = 2;
	buffer_clear(&trial->out);
	assert_true(instant_parse("2026-03-03T09:00:00+08:00", &trial->session.now));
}

enum result trial_open(struct trial *trial, bool create, struct error *error)
{
	return ledger_open(&trial->ledger, trial->path, "main", create, modules, error);
}

void trial_end(struct trial *trial)
{
	ledger_close(trial->ledger);
	trial->ledger = NULL;
}

struct standing trial_standing(const char *path, bool rebuild)
{
	struct standing standing = { 0 };
	struct ledger *ledger;
	struct error error = { 0 };
	uint8_t again[DIGEST_BYTES];

	if (ledger_open(&ledger, path, "main", false, modules, &error) == REFUSED &&
		(text_equal(error.key, "refused.no_book") ||
			text_equal(error.key, "refused.no_such_book")))
		return (struct standing){ .entries = -1 };
	must_be_ok(&error);
	ledger_verify(ledger, &standing.entries, &error);
	must_be_ok(&error);
	assert_int_equal(standing.entries, ledger_head(ledger, standing.head));
	ledger_derived(ledger, standing.derived, &error);
	must_be_ok(&error);
	if (rebuild) {
		ledger_rebuild(ledger, NULL, NULL, &error);
		must_be_ok(&error);
		ledger_derived(ledger, again, &error);
		assert_memory_equal(standing.derived, again, DIGEST_BYTES);
	}
	ledger_close(ledger);
	return standing;
}

bool standing_equal(const struct standing *one, const struct standing *other)
{
	return one->entries == other->entries &&
	       memcmp(one->head, other->head, DIGEST_BYTES) == 0 &&
	       memcmp(one->derived, other->derived, DIGEST_BYTES) == 0;
}

struct reader trial_reader(const struct trial *trial)
{
	return (struct reader){ { trial->messages, CHINESE }, trial->ledger };
}
