/* The smallest module that exercises the whole core; see little_module.c. */
#ifndef TESTS_LITTLE_MODULE_H
#define TESTS_LITTLE_MODULE_H

#include "module.h"

extern const struct module little_module;

#endif
