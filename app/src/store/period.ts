/* Which period one looks at; kept while one goes into its figures and back. */
import { computed, reactive } from 'vue'
import { day_of, period, type PeriodKind } from '../time'
import { now, session } from './session'

export const looking = reactive({ kind: 'month' as PeriodKind, back: 0 })

export const looked = computed(() => period(looking.kind, day_of(now.value), looking.back))

/* A leader looks at his unit, the office at the one it keeps the lists of, others at their own. */
export const whose = computed(() => {
	const { leads = [], roles = [], unit } = session.value ?? {}
	const whole = leads[0] ?? (roles.includes('office') ? unit?.id : undefined)
	return whole ? `unit:${whole}` : 'me'
})

export const summary_name = computed(() => {
	if (looking.kind === 'week') return 'weekly'
	if (looking.kind === 'month') return 'monthly'
	return whose.value === 'me' ? 'T2' : 'T1'
})
