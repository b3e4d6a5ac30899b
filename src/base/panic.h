/*
 * A broken invariant of our own: say where, and stop.
 * The user's mistakes and the world's trouble are never reported this way (see error.h).
 */
#ifndef BASE_PANIC_H
#define BASE_PANIC_H

/* Print "file:line: what" on standard error and abort. */
_Noreturn void panic(const char *file, int line, const char *what);

#define must(condition) ((condition) ? (void)0 : panic(__FILE__, __LINE__, #condition))
#define impossible(what) panic(__FILE__, __LINE__, what)

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
