/* Running one command of a transcript: a shell, its output, its end. */
#ifndef TRANSCRIPT_SHELL_H
#define TRANSCRIPT_SHELL_H

#include "base/buffer.h"

enum { SHELL_TOO_LONG = -1 };

/* Run `command` by /bin/sh in `folder` with an empty standard input; both outputs go to
 * `out`. Returns its exit code, 128 + the signal that ended it, or SHELL_TOO_LONG when it
 * was stopped after `limit_s` seconds. Whatever it left running in its process group is
 * ended too. */
int shell_run(const char *command, const char *folder, int limit_s, struct buffer *out);

/* Make an empty folder, and delete one with all that is in it. */
void folder_make(char path[64]);
void folder_delete(const char *path);

#endif
