#include "ledger/ahead.h"
#include "ledger/scope.h"
#include "ledger/sight.h"

const struct statement *const ledger_statements[] = { ahead_sql, chain_sql, verify_sql, backup_sql,
	load_sql, fold_sql, names_sql, correct_sql, refold_sql, case_sql, duty_sql, discharge_sql,
	clocks_sql, cadence_sql, norm_sql, measure_sql, read_sql, reading_sql, scope_sql,
	sight_read_sql, sight_list_sql, tick_sql, follow_sql, NULL };
