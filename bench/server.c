#include "server.h"

#include "store/store.h"

#include <dirent.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ANSWER = 200 };

static void ask(const char *url, const char *sql, char answer[ANSWER])
{
	PGconn *connection = PQconnectdb(url);
	PGresult *result = PQexec(connection, sql);

	if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1) {
		fprintf(stderr, "bench: %s: %s\n", sql, PQerrorMessage(connection));
		exit(1);
	}
	text_copy(answer, ANSWER, PQgetvalue(result, 0, 0));
	PQclear(result);
	PQfinish(connection);
}

int64_t server_bytes(const char *url)
{
	char answer[ANSWER], wal[PATH_TEXT + 8];
	struct stat file = { 0 }, beside = { 0 };

	if (store_is_server(url)) {
		ask(url, "SELECT pg_database_size(current_database())", answer);
		return strtoll(answer, NULL, 10);
	}
	snprintf(wal, sizeof(wal), "%s-wal", url);
	must(stat(url, &file) == 0);
	return stat(wal, &beside) == 0 ? file.st_size + beside.st_size : file.st_size;
}

/* Ticks of one process: its own, or those of its children that have ended. */
static bool ticks_of(const char *pid, long *parent, int64_t *own, int64_t *ended)
{
	char path[64], line[1024];
	long long user, system_time, user_ended, system_ended;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	FILE *file = fopen(path, "r");
	if (!file)
		return false;
	const char *from = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	fclose(file);
	if (!from ||
		sscanf(from + 1, " %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld %lld %lld",
			parent, &user, &system_time, &user_ended, &system_ended) != 5)
		return false;
	*own = user + system_time;
	*ended = user_ended + system_ended;
	return true;
}

int64_t server_work_ns(const char *url)
{
	char answer[ANSWER], others[ANSWER], pid[24];
	int64_t sum = 0, own, ended;
	long parent, postmaster;
	struct dirent *entry;

	if (!store_is_server(url))
		return 0;
	ask(url, "SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)", answer);
	postmaster = strtol(answer, NULL, 10);
	ask(url,
		"SELECT ' ' || coalesce(string_agg(pid::text, ' '), '') || ' ' FROM "
		"pg_stat_activity "
		"WHERE datname <> current_database()",
		others);
	if (ticks_of(answer, &parent, &own, &ended))
		sum = own + ended;
	DIR *processes = opendir("/proc");
	must(processes != NULL);
	while ((entry = readdir(processes))) {
		snprintf(pid, sizeof(pid), " %.20s ", entry->d_name);
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && !strstr(others, pid) &&
			ticks_of(entry->d_name, &parent, &own, &ended) && parent == postmaster)
			sum += own;
	}
	closedir(processes);
	return sum * (1000000000 / sysconf(_SC_CLK_TCK));
}

void server_describe(const char *url)
{
	char version[ANSWER], settings[ANSWER];

	if (!store_is_server(url))
		return;
	ask(url, "SELECT current_setting('server_version')", version);
	ask(url,
		"SELECT string_agg(name || ' ' || setting || coalesce(unit, ''), ', ' ORDER BY "
		"name) "
		"FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', "
		"'synchronous_commit', "
		"'shared_buffers')",
		settings);
	printf("server: PostgreSQL %s, %s\n", version, settings);
}

/* ------------------------------------------------------------------ databases */

const char *server_database(const char *url, const char *name, char other[PATH_TEXT])
{
	const char *host = strstr(url, "//"), *path = host ? strchr(host + 2, '/') : NULL;

	must(path != NULL);
	const char *options = strchr(path, '?');
	snprintf(other, PATH_TEXT, "%.*s/%s%s", (int)(path - url), url, name,
		options ? options : "");
	return other;
}

static void name_of(const char *url, char name[ANSWER])
{
	PQconninfoOption *options = PQconninfoParse(url, NULL), *at = options;

	while (at && at->keyword && strcmp(at->keyword, "dbname") != 0)
		at++;
	must(at && at->keyword && at->val);
	text_copy(name, ANSWER, at->val);
	PQconninfoFree(options);
}

/* Said to the database that is always there. */
static void command(const char *url, const char *sql)
{
	char above[PATH_TEXT];
	PGconn *connection = PQconnectdb(server_database(url, "postgres", above));
	PGresult *result = PQexec(connection, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		fprintf(stderr, "bench: %s: %s\n", sql, PQerrorMessage(connection));
		exit(1);
	}
	PQclear(result);
	PQfinish(connection);
}

void database_delete(const char *at)
{
	char name[ANSWER], sql[2 * ANSWER];

	if (!store_is_server(at)) {
		bench_delete(at);
		return;
	}
	name_of(at, name);
	snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s", name);
	command(at, sql);
}

void database_make(const char *to)
{
	char name[ANSWER], sql[2 * ANSWER];

	database_delete(to);
	if (!store_is_server(to))
		return;
	name_of(to, name);
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s", name);
	command(to, sql);
}

void database_copy(const char *from, const char *to)
{
	char name[ANSWER], other[ANSWER], sql[3 * ANSWER];

	database_delete(to);
	if (!store_is_server(to)) {
		bench_copy(from, to);
		return;
	}
	name_of(to, name);
	name_of(from, other);
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE %s", name, other);
	command(to, sql);
	command(to, "CHECKPOINT");
}
