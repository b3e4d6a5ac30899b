/* A duty as JSON, and the parts of it as people read them. */
#ifndef APP_DUTY_TEXT_H
#define APP_DUTY_TEXT_H

#include "app/app.h"

/* One JSON object. */
void duty_json(const struct app *app, struct writer *writer, const struct duty *duty);
/* "11-24 18:00", with its year where that is not this year's; in the arena. */
const char *duty_due(const struct app *app, struct arena *arena, const struct duty *duty);
/* What it is about: the customer's name, or ""; and who holds it. In the arena. */
const char *duty_subject(const struct app *app, struct arena *arena, const struct duty *duty);
const char *duty_holder(const struct app *app, struct arena *arena, const struct duty *duty);
/* The state in words: what is open past its due is late, whether recorded as missed or not. */
const char *duty_state(const struct app *app, const struct duty *duty);

#endif
