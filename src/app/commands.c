/*
 * The table of commands.
 *
 * To add one: write `enum result command_NAME(struct app *app, struct error *error)` in
 * src/app/command_NAME.c, name it in commands.h and in meson.build, and add a line here: the
 * synopsis, which is both what help prints and the grammar that is parsed (arguments.h); the
 * function; and the key of its line of help, said in src/app/zh.txt and en.txt. Then give it a
 * section in docs/command-line.md, under the very same synopsis; a test compares the two.
 *
 * In the function: argument(&app->arguments, "--for") and argument(&app->arguments, "FILE")
 * are what was given; app_open(app, create, error) opens app->ledger (reading commands say
 * false); with app->json print exactly one JSON document with app_print(); what is no answer
 * goes to standard error with app_note().
 */
#include "app/commands.h"

const struct command commands[] = {
	{ "init [--pack NAME]", command_init, "help.init" },
	{ "demo --size SIZE [--as-of DATE]", command_demo, "help.demo" },
	{ "append FILE|-", command_append, "help.append" },
	{ "import KIND FILE [--map COLUMN=FIELD]... [--set FIELD=VALUE]... [--sheet NAME] "
	  "[--dry-run] [--refused OUT]",
		command_import, "help.import" },
	{ "import undo ID", command_import_undo, "help.import_undo" },
	{ "import list", command_import_list, "help.import_list" },
	{ "export KIND --out FILE", command_export, "help.export" },
	{ "template KIND [--out FILE]", command_template, "help.template" },
	{ "norm issue FILE", command_norm_issue, "help.norm_issue" },
	{ "norm list", command_norm_list, "help.norm_list" },
	{ "norm show NAME [--on D]", command_norm_show, "help.norm_show" },
	{ "duties --for REF [--on D]", command_duties, "help.duties" },
	{ "duty explain ID", command_duty_explain, "help.duty_explain" },
	{ "timeline --for REF [--limit N]", command_timeline, "help.timeline" },
	{ "find TEXT [--type TYPE] [--limit N]", command_find, "help.find" },
	{ "tier --explain REF [--on D]", command_tier, "help.tier" },
	{ "show ID", command_show, "help.show" },
	{ "measure [NAME] --for REF --from D --to D [--evidence]", command_measure,
		"help.measure" },
	{ "summary [TEMPLATE] [--for REF] [--from D] [--to D] [--edit DRAFT] --out FILE [--final] "
	  "[--evidence XLSX] [--purpose WHAT]",
		command_summary, "help.summary" },
	{ "serve [--listen ADDRESS:PORT] [--cert FILE] [--key FILE] [--proxied]", command_serve,
		"help.serve" },
	{ "invite REF", command_invite, "help.invite" },
	{ "tick [--at INSTANT]", command_tick, "help.tick" },
	{ "verify [--expect HEAD] [--derived]", command_verify, "help.verify" },
	{ "rebuild", command_rebuild, "help.rebuild" },
	{ "backup FILE", command_backup, "help.backup" },
	{ "restore FILE", command_restore, "help.restore" },
	{ "move --from DB --to DB", command_move, "help.move" },
	{ "kinds [NAME]", command_kinds, "help.kinds" },
	{ "modules", command_modules, "help.modules" },
	{ "help [COMMAND]...", command_help, "help.help" },
	{ "version", command_version, "help.version" },
	{ 0 },
};
