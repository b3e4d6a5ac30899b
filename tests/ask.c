#include "ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <sqlite3.h>

#include <cmocka.h>

const char *test_ask(struct test_book *book, const char *question)
{
	static char answer[256];
	sqlite3 *handle;
	sqlite3_stmt *rows;

	assert_int_equal(sqlite3_open(book->path, &handle), SQLITE_OK);
	if (sqlite3_prepare_v2(handle, question, -1, &rows, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sqlite3_errmsg(handle), question);
	*answer = '\0';
	if (sqlite3_step(rows) == SQLITE_ROW && sqlite3_column_type(rows, 0) != SQLITE_NULL)
		text_copy(answer, sizeof(answer), (const char *)sqlite3_column_text(rows, 0));
	sqlite3_finalize(rows);
	sqlite3_close(handle);
	return answer;
}
