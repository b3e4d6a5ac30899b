import { expect, test } from 'vitest'
import { en } from '../../src/words/en'
import { zh } from '../../src/words/zh'

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(m => m[1]).sort()

test('both languages say the same things', () => {
	for (const key of Object.keys(zh) as (keyof typeof zh)[])
		expect([key, holes(en[key])]).toEqual([key, holes(zh[key])])
})

test('rule 7 and rule 15: no technical word, nothing to be managed', () => {
	const banned = /管理|设置|维护|配置|分组|排序|提交|成功|智能|提示|帮助|点击|ID|API|JSON|\d{3}/
	for (const text of Object.values(zh)) expect(text).not.toMatch(banned)
})
