/* A glance at a customer: every module says what it knows. */
#include "ledger/sight_parts.h"

struct glance_sink {
	void (*each)(void *context, const struct glance *glance);
	void *context;
};

void glance_add(struct glance_sink *sink, const struct glance *glance)
{
	sink->each(sink->context, glance);
}

enum result ledger_glance(struct ledger *ledger, const char *customer, int day,
	void (*each)(void *context, const struct glance *glance), void *context,
	struct error *error)
{
	struct glance_sink sink = { each, context };
	struct view *view = ledger_view(ledger);

	ledger_refresh(ledger);
	if (!view_exists(view, "customer", customer) || !sight_customer(looking(ledger), customer))
		return reference_refuse("customer", customer, error);
	for (const struct module **module = ledger->modules; *module; module++) {
		view->module = *module;
		if ((*module)->glance && (*module)->glance(view, customer, day, &sink, error) != OK)
			break;
	}
	return ledger_heard(ledger, error);
}
