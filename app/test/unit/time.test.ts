import { beforeEach, expect, test } from 'vitest'
import { at_word, day_word, instant_of, left_word, period, span_word } from '../../src/time'
import { language } from '../../src/words'

const NOW = Date.parse('2026-11-24T09:00:00+08:00')
const left = (due: string) => left_word(due, NOW)

beforeEach(() => {
	language.value = 'zh'
})

test('what is left is said in the largest whole unit', () => {
	expect(left('2026-11-24T11:00:00+08:00')).toBe('还剩2小时')
	expect(left('2026-11-24T10:59:59+08:00')).toBe('还剩1小时')
	expect(left('2026-11-24T09:59:59+08:00')).toBe('还剩59分钟')
	expect(left('2026-11-25T08:59:00+08:00')).toBe('还剩23小时')
	expect(left('2026-11-25T09:00:00+08:00')).toBe('还剩1天')
	expect(left('2026-11-24T09:00:00+08:00')).toBe('还剩0分钟')
})

test('what is late says by how much', () => {
	expect(left('2026-11-24T08:30:00+08:00')).toBe('超时30分钟')
	expect(left('2026-11-21T08:59:00+08:00')).toBe('超时3天')
})

test('the same in English', () => {
	language.value = 'en'
	expect(left('2026-11-24T11:00:00+08:00')).toBe('2 h left')
	expect(left('2026-11-25T09:00:00+08:00')).toBe('1 day left')
	expect(left('2026-11-21T08:59:00+08:00')).toBe('3 days late')
})

test('days are those of Shanghai wherever the phone is', () => {
	expect(at_word('2026-11-23T23:30:00Z', NOW)).toBe('07:30')
	expect(at_word('2026-11-23T15:59:00Z', NOW)).toBe('昨天 23:59')
	expect(at_word('2026-11-20T09:30:00+08:00', NOW)).toBe('11月20日')
	expect(day_word('2025-03-01', NOW)).toBe('2025年3月1日')
	expect(instant_of(NOW)).toBe('2026-11-24T09:00:00.000+08:00')
})

test('a stretch that ends at midnight ends its own day', () => {
	const span = span_word('2026-10-10T08:30:00+08:00', '2026-10-11T00:00:00+08:00', NOW)
	expect(span).toBe('10月10日 周六 08:30–24:00')
})

test('periods: the running one ends today, past ones at their end', () => {
	const of = (kind: 'week' | 'month' | 'year', back: number) => {
		const { from, to, title } = period(kind, '2026-11-24', back)
		return [from, to, title]
	}
	expect(of('week', 0)).toEqual(['2026-11-23', '2026-11-24', '11月23日至11月29日'])
	expect(of('month', 0)).toEqual(['2026-11-01', '2026-11-24', '2026年11月'])
	expect(of('month', 11)).toEqual(['2025-12-01', '2025-12-31', '2025年12月'])
	expect(of('month', 9)).toEqual(['2026-02-01', '2026-02-28', '2026年2月'])
	expect(of('year', 1)).toEqual(['2025-01-01', '2025-12-31', '2025年'])
	expect(period('week', '2026-11-29', 0).from).toBe('2026-11-23')
})
