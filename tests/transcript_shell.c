#include "transcript_shell.h"

#include "base/panic.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static _Noreturn void become(const char *command, const char *folder, int out)
{
	int nothing = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	if (nothing < 0 || chdir(folder) != 0 || dup2(nothing, STDIN_FILENO) < 0 ||
		dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
		_exit(126);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* Read until the last writer is gone; false when the time is over first. */
static bool read_all(int from, int64_t deadline_ms, struct buffer *out)
{
	char block[65536];

	for (;;) {
		struct pollfd wait = { .fd = from, .events = POLLIN };
		int64_t left_ms = deadline_ms - now_ms();
		if (left_ms <= 0)
			return false;
		int ready = poll(&wait, 1, (int)left_ms);
		if (ready <= 0)
			continue;
		ssize_t size = read(from, block, sizeof(block));
		if (size > 0)
			buffer_add(out, block, (size_t)size);
		else if (size == 0 || errno != EINTR)
			return true;
	}
}

int shell_run(const char *command, const char *folder, int limit_s, struct buffer *out)
{
	int pipes[2], status = 0;

	must(pipe2(pipes, O_CLOEXEC) == 0);
	pid_t child = fork();
	must(child >= 0);
	if (child == 0)
		become(command, folder, pipes[1]);
	setpgid(child, child);
	close(pipes[1]);
	bool ended = read_all(pipes[0], now_ms() + (int64_t)limit_s * 1000, out);
	close(pipes[0]);
	if (!ended)
		kill(-child, SIGKILL);
	while (waitpid(child, &status, 0) < 0)
		must(errno == EINTR);
	kill(-child, SIGKILL);
	if (!ended)
		return SHELL_TOO_LONG;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void folder_make(char path[64])
{
	const char *top = getenv("TMPDIR");

	snprintf(path, 64, "%s/transcript.XXXXXX", top && strlen(top) < 40 ? top : "/tmp");
	must(mkdtemp(path) != NULL);
}

static int delete_one(const char *path, const struct stat *found, int type, struct FTW *where)
{
	(void)found;
	(void)type;
	(void)where;
	return remove(path);
}

void folder_delete(const char *path)
{
	nftw(path, delete_one, 16, FTW_DEPTH | FTW_PHYS);
}
