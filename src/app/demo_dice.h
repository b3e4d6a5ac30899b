/* Reproducible chance for the sample organisation. */
#ifndef APP_DEMO_DICE_H
#define APP_DEMO_DICE_H

#include <stddef.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

uint64_t dice_next(struct dice *dice);
/* 0 … below−1. */
int dice_below(struct dice *dice, int below);
/* True `permille` times in a thousand. */
int dice_of(struct dice *dice, int permille);
/* Bytes for salts and ids; `state` is a struct dice. */
void dice_bytes(void *state, uint8_t *bytes, size_t length);

/* e^x, and the standard normal quantile at p in (0, 1); accurate to about 1e-9, made of
 * additions, multiplications and divisions alone. */
double exact_exp(double x);
double normal_quantile(double p);

#endif
