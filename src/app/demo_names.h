/* Invented names. The place names are of 清屿省, which does not exist. */
#ifndef APP_DEMO_NAMES_H
#define APP_DEMO_NAMES_H

#include "app/demo_dice.h"

#include <stdbool.h>

enum { DEMO_NAME = 96 };

/* A person's name; `number` makes it differ from those of other numbers as long as there are
 * names to give. */
void demo_person(int number, char name[DEMO_NAME]);
/* A firm of `city`, unlike that of any other number: 望溪霁川精铸有限公司. `section` is its
 * GB/T 4754 section. An organisation of the state where `state` is set: 砚城市第三中学. */
void demo_firm(int number, const char *city, bool state, char name[DEMO_NAME], char section[2]);

/* One of several sentences, chosen by chance. */
const char *demo_observation(struct dice *dice);
const char *demo_promise(struct dice *dice);
const char *demo_need(struct dice *dice);
const char *demo_answer(struct dice *dice);

#endif
