import { beforeEach, expect, test } from 'vitest'
import { money_read, money_word } from '../../src/money'
import { language } from '../../src/words'

beforeEach(() => {
	language.value = 'zh'
})

test('shown in 元, 万元, 亿元, half up', () => {
	expect(money_word(864050)).toBe('8,640.50元')
	expect(money_word(12345000)).toBe('12.35万元')
	expect(money_word(1020000000 * 10)).toBe('1.02亿元')
	expect(money_word(-5)).toBe('-0.05元')
})

test('read as whole 分', () => {
	expect(money_read('12.5')).toBe(1250)
	expect(money_read('8,640.50')).toBe(864050)
	expect(money_read('0.01')).toBe(1)
	expect(money_read('1.005')).toBeNull()
	expect(money_read('一百')).toBeNull()
})
