/* What the type of a field is called to those outside. */
#ifndef HTTP_FIELD_WORDS_H
#define HTTP_FIELD_WORDS_H

#include "module.h"

const char *field_word(enum field_type type);

#endif
