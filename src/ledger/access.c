/* Who may write what: a column of the kind, denied by default. */
#include "ledger/sight_parts.h"

#include <stdio.h>
#include <string.h>

/* Does the session's person hold this role ("office", "leader"), anywhere or over `unit`? */
static bool has_role(
	struct ledger *ledger, const struct session *session, const char *role, const char *unit)
{
	struct view *view = &ledger->view;
	struct error ignored = { 0 };
	enum result result;
	char day[DAY_TEXT];
	bool found = false;
	struct query *rows;

	const struct module *module =
		ledger->provider[offsetof(struct directory, staff_roles) / sizeof(int)];
	if (!module)
		return false;
	view_set_text(view, "staff", session->staff);
	view_set_text(view, "day", day_text(instant_day(session->now), day));
	if (view_run(view, &module->sql[ledger->directory.staff_roles - 1], NULL, &rows,
		    &ignored) != OK)
		return false;
	while (rows_next(rows, &result, &ignored)) {
		if (strcmp(rows_text(rows, 1), role) == 0 &&
			(!unit || view_unit_within(view, unit, rows_text(rows, 0))))
			found = true;
	}
	rows_end(rows);
	return found;
}

static bool stands_for(struct ledger *ledger, const struct session *session, const char *staff)
{
	struct view *view = &ledger->view;
	struct error ignored = { 0 };
	enum result result;
	char day[DAY_TEXT];
	bool found = false;
	struct query *rows;

	if (strcmp(session->staff, staff) == 0)
		return true;
	const struct module *module =
		ledger->provider[offsetof(struct directory, deputies) / sizeof(int)];
	if (!module)
		return false;
	view_set_text(view, "staff", session->staff);
	view_set_text(view, "day", day_text(instant_day(session->now), day));
	if (view_run(view, &module->sql[ledger->directory.deputies - 1], NULL, &rows, &ignored) !=
		OK)
		return false;
	while (rows_next(rows, &result, &ignored)) {
		if (strcmp(rows_text(rows, 0), staff) == 0)
			found = true;
	}
	rows_end(rows);
	return found;
}

/* The first field of a type in the entry. */
static const char *first_reference(const struct entry *entry, enum field_type type)
{
	for (const struct field *field = entry->kind->fields; field->name; field++) {
		if (field->type == type && !(field->flags & LIST) && entry_has(entry, field->name))
			return entry_text(entry, field->name);
	}
	return NULL;
}

static bool is_manager(
	struct ledger *ledger, const struct session *session, const struct entry *entry)
{
	const char *customer = first_reference(entry, FIELD_CUSTOMER);

	const char *manager = customer ? view_manager(&ledger->view, customer, session->now) : NULL;
	const char *deputy = customer ? view_deputy(&ledger->view, customer, session->now) : NULL;

	return (manager && stands_for(ledger, session, manager)) ||
	       (deputy && text_equal(session->staff, deputy));
}

/* What belongs to a unit belongs to those who lead it or keep its lists. */
static bool stands_for_unit(struct ledger *ledger, const struct session *session, const char *unit)
{
	return has_role(ledger, session, "leader", unit) ||
	       has_role(ledger, session, "office", unit);
}

/* Most write about customers of their own: only for others the whole sight is opened, once for
 * the entry. */
static bool sight_needed(struct ledger *ledger, const struct session *session)
{
	struct error ignored = { 0 };

	return ledger->writer_sight || sight_open(&ledger->writer_sight, ledger, session->staff,
					       session->now, &ignored) == OK;
}

bool access_sees(struct ledger *ledger, const struct session *session, const char *customer)
{
	const char *manager = view_manager(&ledger->view, customer, session->now);

	if (manager && strcmp(manager, session->staff) == 0)
		return true;
	return sight_needed(ledger, session) && sees_customer(ledger->writer_sight, customer);
}

bool access_sees_entry(
	struct ledger *ledger, const struct session *session, const struct record *record)
{
	char reference[ID_TEXT + 8], id[ID_TEXT];

	if (strcmp(record->author, session->staff) == 0)
		return true;
	snprintf(reference, sizeof(reference), "entry:%s", id_text(record->id, id));
	return sight_needed(ledger, session) && sight_reference(ledger->writer_sight, reference);
}

bool access_sees_duty(struct ledger *ledger, const struct session *session, const char *id)
{
	struct error ignored = { 0 };
	struct duty duty;

	return sight_needed(ledger, session) && sight_duty_get(ledger, ledger->writer_sight,
							&ledger->arena, id, &duty, &ignored) == OK;
}

/* An archive is its owners': whoever could put his unit into another's would see all of it. */
static enum result check_taken(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error)
{
	const char *defines = entry->kind->defines;

	if (!defines || strcmp(defines, "customer") != 0)
		return OK;
	for (const struct field *field = entry->kind->fields; field->name; field++) {
		const char *id = field->flags & DEFINES ? entry_text(entry, field->name) : NULL;
		if (id && view_exists(&ledger->view, "customer", id) &&
			!access_sees(ledger, session, id))
			return error_refuse(
				error, "refused.code_taken", field->name, "value", id, NULL);
	}
	return OK;
}

static bool is_owner(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error)
{
	const char *case_id = first_reference(entry, FIELD_CASE), *owner, *first, *customer;

	if (!case_id || case_owners(ledger, case_id, &owner, &first, &customer, error) != OK ||
		!owner)
		return false;
	if (text_starts(owner, "staff:"))
		return stands_for(ledger, session, owner + strlen("staff:"));
	return stands_for_unit(ledger, session, owner + strlen("unit:"));
}

/* The unit a leader must lead: the one named, the customer's, or that of `person`. */
static const char *entry_unit(struct ledger *ledger, const struct session *session,
	const struct entry *entry, const char *person)
{
	int day = instant_day(session->now);
	const char *unit = first_reference(entry, FIELD_UNIT);
	const char *customer = first_reference(entry, FIELD_CUSTOMER);
	const char *staff = first_reference(entry, FIELD_STAFF);

	if (unit)
		return unit;
	if (customer)
		return view_customer_unit(&ledger->view, customer);
	return view_staff_unit(&ledger->view, staff ? staff : person, day);
}

bool access_over(struct ledger *ledger, const struct session *session, const struct entry *target)
{
	if (!*session->staff || has_role(ledger, session, "office", NULL))
		return true;
	const char *unit = entry_unit(ledger, session, target, target->author);
	return unit && has_role(ledger, session, "leader", unit);
}

bool access_holds(struct ledger *ledger, const struct session *session, const char *holder)
{
	if (!*session->staff || has_role(ledger, session, "office", NULL))
		return true;
	if (text_starts(holder, "unit:"))
		return stands_for_unit(ledger, session, holder + strlen("unit:"));
	const char *staff = holder + strlen("staff:");
	const char *unit = view_staff_unit(&ledger->view, staff, instant_day(session->now));
	return stands_for(ledger, session, staff) ||
	       (unit && has_role(ledger, session, "leader", unit));
}

/* A leader approves or rejects what is within his unit. */
static bool leads(struct ledger *ledger, const struct session *session, const struct entry *entry,
	struct error *error)
{
	enum core_kind kind = core_kind(entry->kind);
	struct entry target;
	bool withdrawn;

	if (kind != ENTRY_APPROVED && kind != ENTRY_REJECTED) {
		const char *unit = entry_unit(ledger, session, entry, session->staff);
		return unit && has_role(ledger, session, "leader", unit);
	}
	int64_t seq = ledger_find(ledger, entry_text(entry, "entry"));
	if (load_entry(ledger, &ledger->arena, seq, &target, &withdrawn, error) != OK)
		return false;
	bool over = access_over(ledger, session, &target);
	entry_release(&target);
	return over;
}

/* A summary is written by whom it is of, or by those who lead the unit it is of. */
static bool writes_summary(
	struct ledger *ledger, const struct session *session, const struct entry *entry)
{
	const char *whose = entry_text(entry, "for");

	return (text_starts(whose, "staff:") || text_starts(whose, "unit:")) &&
	       access_holds(ledger, session, whose);
}

enum result access_check(struct ledger *ledger, const struct session *session,
	const struct entry *entry, struct error *error)
{
	unsigned needs = entry->kind->needs;

	if (!*session->staff || session->origin == ORIGIN_SYSTEM) {
		if (!needs && session->origin != ORIGIN_SYSTEM && entry->origin != ORIGIN_SYSTEM)
			return error_refuse(error, "refused.system_only", "kind", NULL);
		return OK;
	}
	if (check_taken(ledger, session, entry, error) != OK)
		return error->result;
	if (core_kind(entry->kind) == SUMMARY_EDITED && !writes_summary(ledger, session, entry))
		return error_refuse(error, "refused.not_allowed", "kind", NULL);
	if ((needs & NEED_STAFF) ||
		((needs & NEED_OFFICE) && has_role(ledger, session, "office", NULL)) ||
		((needs & NEED_MANAGER) && is_manager(ledger, session, entry)) ||
		((needs & NEED_OWNER) && is_owner(ledger, session, entry, error)))
		return error->result;
	if ((needs & NEED_LEADER) && leads(ledger, session, entry, error))
		return error->result;
	return error_refuse(error, "refused.not_allowed", "kind", NULL);
}
