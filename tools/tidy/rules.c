/* The rule book itself. */
#include "tidy.h"

#include "base/panic.h"

const struct rule rules[] = {
	{ "include-direction", check_include_direction,
		"include only what the folder may see; the table is in tools/tidy/source.c" },
	{ "library-direction", check_library_direction,
		"reach the database through store/store.h" },
	{ "banned-call", check_banned_calls, "use what is named instead" },
	{ "typedef", check_typedef, "write 'struct thing' wherever it is meant" },
	{ "line-comment", check_line_comment, "write the comment between /* and */" },
	{ "header-guard", check_header_guard,
		"begin with #ifndef FOLDER_NAME_H, #define the same, as no other header does" },
	{ "header-comment", check_header_comment,
		"begin with a comment that says what the header is for" },
	{ "line-length", check_line_length, "break the line at 100 columns" },
	{ "function-length", check_function_length, "split the function: 70 lines fit a screen" },
	{ "file-length", check_file_length, "give each job a file of its own: at most 700 lines" },
	{ "white-space", check_white_space,
		"end lines without white space and the file with one line end" },
	{ "leftover", check_leftover, "do it, or delete the remark" },
	{ "module-files", check_module_files,
		"a module is one folder with all its parts; see docs/ on how to add one" },
	{ "test-listed", check_test_listed, "name the test in the meson.build beside it" },
	{ "sql-place", check_sql_place,
		"put the statement into a numbered table, const struct statement NAME[]" },
	{ "sql-book", check_sql_book, "every statement keeps to its book: name the column book" },
	{ "catalogue-form", check_catalogue_form, "write 'key = text', or '# comment'" },
	{ "catalogue-languages", check_catalogue_languages,
		"say every key in zh.txt and in en.txt of the same folder" },
	{ "catalogue-slots", check_catalogue_slots, "use the same {slots} in both languages" },
	{ "catalogue-once", check_catalogue_once, "say each key in one folder, once" },
	{ "message-known", check_message_known,
		"add the message to zh.txt and en.txt of the folder" },
	{ "message-arguments", check_message_arguments,
		"pass every {slot} of the message by its name" },
};

const size_t rule_count = COUNT_OF(rules);
