/* Operational tables, kept by book beside the record: no replay, no chain, no digest. */
#include "http/identity_parts.h"

static const struct column login_columns[] = { { "login", COLUMN_TEXT }, { "staff", COLUMN_TEXT },
	{ "password", COLUMN_TEXT }, { "totp", COLUMN_BYTES }, { "totp_on", COLUMN_INTEGER },
	{ "totp_step", COLUMN_INTEGER }, { "created_at", COLUMN_INTEGER }, { 0 } };
static const struct column session_columns[] = { { "token", COLUMN_TEXT }, { "id", COLUMN_TEXT },
	{ "login", COLUMN_TEXT }, { "device", COLUMN_TEXT }, { "created_at", COLUMN_INTEGER },
	{ "seen_at", COLUMN_INTEGER }, { 0 } };
static const struct column invite_columns[] = { { "token", COLUMN_TEXT }, { "staff", COLUMN_TEXT },
	{ "maker", COLUMN_TEXT }, { "first", COLUMN_INTEGER }, { "until", COLUMN_INTEGER }, { 0 } };
static const struct column failure_columns[] = { { "who", COLUMN_TEXT }, { "id", COLUMN_TEXT },
	{ "at", COLUMN_INTEGER }, { 0 } };

const struct table identity_tables[] = {
	{ "s_login", login_columns, "login", { "staff" } },
	{ "s_session", session_columns, "token", { "login", "seen_at" } },
	{ "s_invite", invite_columns, "token" },
	{ "s_failure", failure_columns, "who, id", { "at" } },
	{ 0 },
};

/* Where a row is asked back (RETURNING), it says that this call did it and not another. */
const struct statement identity_sql[] = {
	[IDENTITY_BOOK] = { "SELECT book FROM book WHERE name = $name" },
	[LOGIN_FIND] = { "SELECT staff, password, totp, totp_on, totp_step FROM s_login "
			 "WHERE book = $book AND login = $login" },
	[LOGIN_ANY] = { "SELECT 1 FROM s_login WHERE book = $book LIMIT 1" },
	[LOGIN_ADD] = { "INSERT INTO s_login (book, login, staff, password, totp, totp_on, "
			"totp_step, created_at) "
			"VALUES ($book, $login, $staff, $password, NULL, 0, 0, $now) "
			"ON CONFLICT (book, login) DO NOTHING RETURNING 1" },
	[LOGIN_DROP_OF] = { "DELETE FROM s_login WHERE book = $book AND staff = $staff" },
	[LOGIN_PASSWORD] = { "UPDATE s_login SET password = $password "
			     "WHERE book = $book AND login = $login" },
	[LOGIN_TOTP] = { "UPDATE s_login SET totp = $totp, totp_on = $on, totp_step = $step "
			 "WHERE book = $book AND login = $login" },
	[LOGIN_TOTP_USED] = { "UPDATE s_login SET totp_step = $step WHERE book = $book "
			      "AND login = $login AND totp_step < $step RETURNING 1" },
	[SESSION_ADD] = { "INSERT INTO s_session (book, token, id, login, device, created_at, "
			  "seen_at) VALUES ($book, $token, $id, $login, $device, $now, $now)" },
	[SESSION_FIND] = { "SELECT l.staff, l.login, s.id, s.seen_at FROM s_session s "
			   "JOIN s_login l ON l.book = $book AND l.login = s.login "
			   "WHERE s.book = $book AND s.token = $token "
			   "AND s.seen_at > $idle AND s.created_at > $most" },
	[SESSION_SEEN] = { "UPDATE s_session SET seen_at = $now "
			   "WHERE book = $book AND token = $token" },
	[SESSION_LIST] = { "SELECT id, device, created_at, seen_at FROM s_session "
			   "WHERE book = $book AND login = $login AND seen_at > $idle "
			   "AND created_at > $most ORDER BY seen_at DESC, id" },
	[SESSION_END] = { "DELETE FROM s_session WHERE book = $book AND login = $login "
			  "AND id = $session RETURNING 1" },
	[SESSION_END_OTHERS] = { "DELETE FROM s_session WHERE book = $book AND login = $login "
				 "AND id <> $session" },
	[SESSION_END_OF] = { "DELETE FROM s_session WHERE book = $book AND login IN "
			     "(SELECT login FROM s_login WHERE book = $book AND staff = $staff)" },
	[SESSION_SWEEP] = { "DELETE FROM s_session WHERE book = $book AND seen_at <= $idle" },
	[INVITE_ADD] = { "INSERT INTO s_invite (book, token, staff, maker, first, until) "
			 "VALUES ($book, $token, $staff, $maker, $first, $until)" },
	[INVITE_FIND] = { "SELECT staff, first FROM s_invite "
			  "WHERE book = $book AND token = $token AND until > $now" },
	[INVITE_USE] = { "DELETE FROM s_invite WHERE book = $book AND token = $token "
			 "AND until > $now RETURNING 1" },
	[INVITE_END_FIRST] = { "DELETE FROM s_invite WHERE book = $book AND first = 1" },
	[INVITE_SWEEP] = { "DELETE FROM s_invite WHERE book = $book AND until <= $now" },
	[FAILURE_ADD] = { "INSERT INTO s_failure (book, who, id, at) "
			  "VALUES ($book, $who, $id, $now)" },
	[FAILURE_COUNT] = { "SELECT count(*) FROM s_failure "
			    "WHERE book = $book AND who = $who AND at > $since" },
	[FAILURE_END] = { "DELETE FROM s_failure WHERE book = $book AND who = $who AND id = $id" },
	[FAILURE_END_OF] = { "DELETE FROM s_failure WHERE book = $book AND who = $who" },
	[FAILURE_SWEEP] = { "DELETE FROM s_failure WHERE book = $book AND at <= $since" },
	{ 0 },
};
