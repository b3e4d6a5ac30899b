#include "app/demo_dice.h"

uint64_t dice_next(struct dice *dice)
{
	uint64_t z = dice->state += 0x9E3779B97F4A7C15u; /* splitmix64, Steele et al. 2014 */

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

int dice_below(struct dice *dice, int below)
{
	return (int)(dice_next(dice) % (uint64_t)below);
}

int dice_of(struct dice *dice, int permille)
{
	return dice_below(dice, 1000) < permille;
}

void dice_bytes(void *state, uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(dice_next(state) >> 32);
}

double exact_exp(double x)
{
	double sum = 1, term = 1;

	if (x < 0)
		return 1 / exact_exp(-x);
	if (x > 1) {
		double half = exact_exp(x / 2);
		return half * half;
	}
	for (int i = 1; i < 20; i++) {
		term = term * x / i;
		sum += term;
	}
	return sum;
}

/* The distribution function, by the series of Marsaglia, "Evaluating the Normal Distribution",
 * Journal of Statistical Software 11 (2004). */
static double normal_distribution(double x)
{
	double sum = x, term = x, square = x * x;

	for (int i = 3; i < 200; i += 2) {
		term = term * square / i;
		sum += term;
	}
	return 0.5 + sum * exact_exp(-square / 2) * 0.39894228040143267794;
}

double normal_quantile(double p)
{
	double low = -6, high = 6;

	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;
		if (normal_distribution(middle) < p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}
