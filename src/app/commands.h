/* The functions behind the table of commands, by the file they are in. */
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

#include "app/app.h"

/* command_book.c: the book as a whole. */
enum result command_init(struct app *app, struct error *error);
enum result command_tick(struct app *app, struct error *error);
enum result command_verify(struct app *app, struct error *error);
enum result command_rebuild(struct app *app, struct error *error);
/* How far deriving has come, to whoever watches; `context` is the app. */
void show_deriving(void *context, int64_t done, int64_t all);
/* command_backup.c */
enum result command_backup(struct app *app, struct error *error);
enum result command_restore(struct app *app, struct error *error);
/* command_move.c */
enum result command_move(struct app *app, struct error *error);
/* command_demo.c */
enum result command_demo(struct app *app, struct error *error);
/* command_append.c */
enum result command_append(struct app *app, struct error *error);
/* command_export.c */
enum result command_export(struct app *app, struct error *error);
enum result command_template(struct app *app, struct error *error);
/* command_norm.c */
enum result command_norm_issue(struct app *app, struct error *error);
enum result command_norm_list(struct app *app, struct error *error);
enum result command_norm_show(struct app *app, struct error *error);
/* command_import.c */
enum result command_import(struct app *app, struct error *error);
enum result command_import_undo(struct app *app, struct error *error);
enum result command_import_list(struct app *app, struct error *error);
/* command_timeline.c */
enum result command_timeline(struct app *app, struct error *error);
/* command_find.c */
enum result command_find(struct app *app, struct error *error);
/* command_tier.c */
enum result command_tier(struct app *app, struct error *error);
/* command_show.c */
enum result command_show(struct app *app, struct error *error);
/* command_duty.c */
enum result command_duties(struct app *app, struct error *error);
enum result command_duty_explain(struct app *app, struct error *error);
/* command_measure.c */
enum result command_measure(struct app *app, struct error *error);
/* command_summary.c */
enum result command_summary(struct app *app, struct error *error);
/* command_serve.c, command_invite.c */
enum result command_serve(struct app *app, struct error *error);
enum result command_invite(struct app *app, struct error *error);
/* command_help.c: what the program itself knows. */
enum result command_kinds(struct app *app, struct error *error);
enum result command_modules(struct app *app, struct error *error);
enum result command_help(struct app *app, struct error *error);
enum result command_version(struct app *app, struct error *error);

#endif
