/* Work that waits in a line of bounded length for a few threads of its own. */
#ifndef HTTP_LANE_H
#define HTTP_LANE_H

#include <stdbool.h>

struct lane;

struct lane *lane_new(int threads, int room, void (*work)(void *item));
/* False where there is no room. */
bool lane_put(struct lane *lane, void *item);
/* Do what waits, then end: from then on there is no room. */
void lane_end(struct lane *lane);
/* Of one that has ended, when nobody can put anything any more. */
void lane_free(struct lane *lane);

#endif
