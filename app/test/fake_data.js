/*
 * The invented book behind the little server (fake.js): one manager, his leader, and their
 * office, in one language at a time. Nothing here is real; nothing changes from run to run.
 */
const places = ['清波', '霁川', '望溪', '松浦', '云岫', '澜州', '砚城', '栖霞', '临渊', '听松']
const trades = ['精铸', '医药', '物流', '港务', '电子', '纺织', '水务', '食品', '机械', '职业学院']
const tiers = [
	['diamond', '钻石', 'Diamond', 4],
	['gold', '金', 'Gold', 8],
	['silver', '银', 'Silver', 10],
	['bronze', '铜', 'Bronze', 6],
]

export const NOW = '2026-11-24T09:00:00.000+08:00'
export const TODAY = '2026-11-24'

export const people = {
	zhou: {
		name: '周岚',
		unit: { id: '9903', name: '望溪集团客户部' },
		roles: ['manager'],
		leads: [],
	},
	song: {
		name: '宋砚秋',
		unit: { id: '9900', name: '清屿通信省分公司' },
		roles: ['leader'],
		leads: ['9900'],
	},
	chen: {
		name: '陈恕',
		unit: { id: '9900', name: '清屿通信省分公司' },
		roles: ['office'],
		leads: [],
	},
}

export function customers(en) {
	const list = []
	for (const [tier, zh, english, count] of tiers)
		for (let i = 0; i < count; i++) {
			const n = list.length
			const code = `QY${String(n + 1).padStart(4, '0')}`
			const name = `${places[n % 10]}${trades[(n * 3 + Math.floor(n / 10)) % 10]}有限公司`
			list.push({
				ref: `customer:${code}`,
				code,
				name: n === 0 ? '清波精铸有限公司' : name,
				tier: { class: tier, name: en ? english : zh },
				category: n % 3 ? (en ? 'Business' : '商企客户') : en ? 'Industry' : '行业客户',
				manager: { ref: 'staff:zhou', name: '周岚' },
			})
		}
	return list
}

const field = (name, type, zh, en, more = {}) => ({ name, type, zh, en, required: false, ...more })
const must = { required: true }
const who = field('customer', 'customer', '客户', 'Customer', must)
const kinds = [
	[
		'visit.made',
		'走访',
		'Visit',
		true,
		[
			who,
			field('way', 'choice', '方式', 'How', {
				choices: [
					['visit', '上门', 'On site'],
					['phone', '电话', 'By phone'],
					['online', '线上', 'Online'],
				],
			}),
			field('with', 'text', '见到的人', 'Met'),
			field('observation', 'text', '看到和了解到的情况', 'What was seen', must),
			field('promise', 'text', '答应客户的事', 'Promised'),
			field('promise_due', 'day', '答应办好的日期', 'Promised by'),
		],
	],
	[
		'visit.planned',
		'走访安排',
		'Planned visit',
		true,
		[
			who,
			field('day', 'day', '走访日期', 'Day', must),
			field('purpose', 'text', '走访目的', 'Purpose', must),
		],
	],
	[
		'visit.kept',
		'兑现承诺',
		'Promise kept',
		false,
		[
			who,
			field('promise', 'entry', '答应过的走访记录', 'Visit', must),
			field('result', 'text', '办理结果', 'Result', must),
		],
	],
	[
		'visit.need',
		'客户需求',
		'Need',
		true,
		[
			who,
			field('product', 'text', '涉及的业务', 'Product'),
			field('need', 'text', '需求内容', 'Need', must),
			field('by', 'text', '提出人', 'Said by'),
		],
	],
	[
		'visit.answered',
		'答复需求',
		'Answer',
		false,
		[
			field('need', 'case', '需求', 'Need', must),
			field('answer', 'text', '答复内容', 'Answer', must),
		],
	],
	[
		'plan.made',
		'打算',
		'Plan',
		true,
		[
			field('staff', 'staff', '谁的打算', 'Whose', must),
			field('period', 'text', '时期', 'Period', must),
			field('item', 'text', '打算做的事', 'What', must),
			field('due', 'day', '做到的日期', 'By', must),
		],
	],
	[
		'customer.product',
		'在用产品',
		'Product',
		false,
		[
			who,
			field('product', 'code', '产品编号', 'Product', must),
			field('monthly', 'money', '月费', 'Monthly'),
			field('from', 'day', '合同开始', 'From'),
		],
	],
	[
		'entry.withdrawn',
		'作废',
		'Withdrawal',
		false,
		[
			field('entry', 'entry', '原记录', 'Entry', must),
			field('reason', 'text', '原因', 'Reason', must),
		],
	],
	[
		'import.undone',
		'撤销导入',
		'Import undone',
		false,
		[field('import', 'code', '批次', 'Batch', must)],
	],
]

export function kinds_in(en) {
	const say = f => ({
		name: f.name,
		type: f.type,
		label: en ? f.en : f.zh,
		required: f.required,
		list: false,
		...(f.choices && { choices: f.choices.map(([value, z, e]) => ({ value, label: en ? e : z })) }),
	})
	return kinds.map(([name, zh, english, common, fields]) => ({
		name,
		v: 1,
		label: en ? english : zh,
		common,
		fields: fields.map(say),
	}))
}

/* what, words, customer's place in the list, due, act, what the act must name */
const duties = [
	['visit.plan', '按安排走访', 'Planned visit', 0, '2026-11-24T11:00:00+08:00', 'visit.made', {}],
	[
		'visit.promise',
		'兑现承诺',
		'Keep a promise',
		5,
		'2026-11-24T18:00:00+08:00',
		'visit.kept',
		{ promise: '01KGPF6400S7TR9PDH2AD044KV' },
	],
	[
		'visit.need_answer',
		'答复客户需求',
		'Answer a need',
		2,
		'2026-11-22T24:00:00+08:00',
		'visit.answered',
		{ need: 'need-1' },
	],
	[
		'visit.cadence',
		'按频次走访',
		'Regular visit',
		0,
		'2026-12-01T00:00:00+08:00',
		'visit.made',
		{},
	],
	[
		'visit.cadence',
		'按频次走访',
		'Regular visit',
		1,
		'2026-12-01T00:00:00+08:00',
		'visit.made',
		{},
	],
	[
		'visit.cadence',
		'按频次走访',
		'Regular visit',
		3,
		'2026-12-01T00:00:00+08:00',
		'visit.made',
		{},
	],
	[
		'visit.cadence',
		'按频次走访',
		'Regular visit',
		9,
		'2027-01-01T00:00:00+08:00',
		'visit.made',
		{},
	],
	[
		'visit.cadence',
		'按频次走访',
		'Regular visit',
		14,
		'2027-01-01T00:00:00+08:00',
		'visit.made',
		{},
	],
	[
		'customer.renewal',
		'合同到期前续约',
		'Renew before it ends',
		7,
		'2027-02-05T00:00:00+08:00',
		null,
		{},
	],
]

export function duties_in(en) {
	const all = customers(en)
	return duties
		.map(([what, zh, english, place, due, kind, prefill], i) => {
			const { ref, name, code, tier } = all[place]
			const customer = kind === 'visit.answered' ? {} : { customer: code }
			return {
				id: `1417.${i + 1}`,
				what,
				title: en ? english : zh,
				subject: { ref, name },
				holder: { ref: 'staff:zhou', name: '周岚' },
				due: new Date(due.replace('T24:00', 'T23:59')).toISOString(),
				left_ms: Date.parse(due.replace('T24:00', 'T23:59')) - Date.parse(NOW),
				state: 'open',
				late: Date.parse(due.replace('T24:00', 'T23:59')) < Date.parse(NOW),
				provisional: due.startsWith('2027-02'),
				act: kind && { kind, prefill: { ...customer, ...prefill } },
				tier: tier.name,
			}
		})
		.sort((a, b) => a.due.localeCompare(b.due))
}

const past = [
	[
		'2026-11-23T16:20:00+08:00',
		'visit.made',
		4,
		'上门走访{c}，见到采购部李工：机房月底搬迁，想一次办好',
		'Visited {c}, met Li: the machine room moves at the month’s end',
	],
	[
		'2026-11-23T10:05:00+08:00',
		'visit.need',
		2,
		'{c}提出需求：仓库要加两条专线，下周给答复',
		'{c} needs two more lines for the warehouse',
	],
	[
		'2026-11-20T17:40:00+08:00',
		'visit.kept',
		8,
		'兑现对{c}的承诺（送扩容方案）：方案已送信息科',
		'Kept the promise to {c}: the proposal was delivered',
	],
	[
		'2026-11-20T09:30:00+08:00',
		'visit.made',
		0,
		'上门走访{c}，见到王总：专线续约还在比价，答应月底前给方案',
		'Visited {c}, met Wang: comparing prices, promised a proposal',
	],
	[
		'2026-11-18T15:42:00+08:00',
		'plan.made',
		null,
		'打算在2026年：每家核心客户至少上门一次，12月31日前做到',
		'Plan for 2026: visit every core customer once',
	],
	[
		'2026-11-17T11:10:00+08:00',
		'visit.made',
		6,
		'电话走访{c}：网速反映正常，没有新需求',
		'Called {c}: speed is fine, nothing new',
	],
	[
		'2026-11-12T14:00:00+08:00',
		'visit.made',
		3,
		'上门走访{c}，见到信息科陈主任：想了解云桌面',
		'Visited {c}, met Chen: asks about cloud desktops',
	],
]

export function entries_in(en) {
	const all = customers(en)
	return past.map(([at, kind, place, zh, english], i) => {
		const about = place === null ? [] : [{ ref: all[place].ref, name: all[place].name }]
		const stamp = `${at.slice(0, 19)}.000+08:00`
		return {
			seq: 1600 - i,
			id: `01KVYXJT36KJ3S92QWP77P7S${String(i).padStart(2, '0')}`,
			kind,
			title: kinds_in(en).find(k => k.name === kind).label,
			sentence: (en ? english : zh).replace('{c}', about[0]?.name ?? ''),
			at: stamp,
			recorded_at: stamp,
			author: { ref: 'staff:zhou', name: '周岚' },
			about,
			origin: 'live',
			withdrawn: false,
			corrected: false,
			mine: true,
			undo: true,
		}
	})
}

export function glance_in(en) {
	return {
		persons: [
			{ name: '王知远', post: en ? 'General manager' : '总经理' },
			{ name: '李青', post: en ? 'Purchasing' : '采购部' },
		],
		last: {
			at: '2026-11-20T09:30:00+08:00',
			sentence: en ? 'Comparing prices for the line' : '专线续约还在比价',
		},
		promise: { text: en ? 'A proposal by the month’s end' : '月底前给续约方案', kept: null },
		expires: [{ what: en ? 'Leased line 100M' : '数固专线100M', day: '2026-12-31' }],
		revenue: [820, 805, 840, 838, 861, 870, 902, 880, 915, 940, 905, 968].map(n => n * 12_500),
		cases: [],
	}
}

const figures = [
	['visit.count', '走访次数', 'Visits', 23, '23次', '23', '次', 19, '19次', 'higher'],
	[
		'visit.customers',
		'走访客户数',
		'Customers visited',
		17,
		'17家',
		'17',
		'家',
		15,
		'15家',
		'higher',
	],
	[
		'visit.on_time',
		'走访及时率',
		'Visits on time',
		964,
		'96.4%',
		'96.4%',
		'%',
		931,
		'93.1%',
		'higher',
	],
	[
		'visit.promises_kept',
		'承诺兑现率',
		'Promises kept',
		875,
		'87.5%',
		'87.5%',
		'%',
		900,
		'90.0%',
		'higher',
	],
	['visit.needs_open', '待答复需求数', 'Open needs', 1, '1条', '1', '条', 3, '3条', 'lower'],
	[
		'revenue.amount',
		'集团客户收入',
		'Revenue',
		31245600,
		'31.25万元',
		'¥312,456',
		'元',
		29877000,
		'29.88万元',
		'higher',
	],
]

export function measures_in(en) {
	return figures.map(([name, zh, english, value, shown, in_en, unit, was, was_shown, better]) => ({
		name,
		label: en ? english : zh,
		value,
		shown: en ? in_en : shown,
		unit,
		n: 28,
		better,
		before: { value: was, shown: en ? String(was_shown).replace(/[次家条]|万元/g, '') : was_shown },
	}))
}

export function evidence_in(en) {
	return entries_in(en)
		.filter(e => e.kind === 'visit.made')
		.map((e, i) => ({
			entry: e.id,
			seq: e.seq,
			row: null,
			day: e.at.slice(0, 10),
			customer: e.about[0],
			staff: { ref: 'staff:zhou', name: '周岚' },
			sentence: e.sentence,
			value: i === 1 ? 0 : 1,
			duty: i === 1 ? '1417.1' : undefined,
		}))
}

export function clock_in(en) {
	const row = (from, to, counted, zh, english) => ({ from, to, counted, why: en ? english : zh })
	return {
		due: '2026-10-10T11:50:00+08:00',
		done: '2026-10-10T15:05:00+08:00',
		state: 'done_late',
		limit: en ? '4 working hours' : '4个工作小时',
		document: en ? '"How needs are answered"' : '《客户需求答复办法》',
		provisional: false,
		stretches: [
			row(
				'2026-10-09T17:20:00+08:00',
				'2026-10-09T18:00:00+08:00',
				true,
				'计时，40分，累计40分',
				'counted, 40 min, 40 min in all',
			),
			row(
				'2026-10-09T18:00:00+08:00',
				'2026-10-10T08:30:00+08:00',
				false,
				'非工作时间',
				'outside office hours',
			),
			row(
				'2026-10-10T08:30:00+08:00',
				'2026-10-10T11:50:00+08:00',
				true,
				'计时（国庆节调休上班），3小时20分，累计4小时',
				'counted (make-up workday for National Day), 3 h 20 min, 4 h in all',
			),
		],
	}
}

export function summary_in(en, name) {
	const p = (...pieces) => ({
		sentences: [
			{
				was: pieces.map(x => (typeof x === 'string' ? x : `{${x.key}}`)).join(''),
				edited: false,
				pieces: pieces.map(x => (typeof x === 'string' ? { text: x } : x)),
			},
		],
	})
	const figure = (n, text) => ({ figure: `evidence.${n}`, key: `figure.${n}`, text })
	const sections = en
		? [
				{
					heading: 'Visits',
					paragraphs: [
						p(
							'This month ',
							figure(1, '23'),
							' visits to ',
							figure(2, '17'),
							' customers, ',
							figure(3, '96.4%'),
							' of them on time.',
						),
					],
				},
				{
					heading: 'To do better',
					paragraphs: [p('Promises kept in time: ', figure(4, '87.5%'), '.')],
				},
			]
		: [
				{
					heading: '一、走访与服务',
					paragraphs: [
						p(
							'本月走访集团客户',
							figure(1, '23次'),
							'，走访到',
							figure(2, '17家'),
							'，按期完成率',
							figure(3, '96.4%'),
							'。',
						),
						p('听到客户需求', figure(1, '4条'), '，期末已答复3条。'),
					],
				},
				{
					heading: '二、存在不足',
					paragraphs: [p('对客户的承诺按期兑现', figure(4, '87.5%'), '，有一项晚了两天。')],
				},
			]
	const of = measure => ({ measure, from: '2026-11-01', to: TODAY, for: 'staff:zhou' })
	return {
		title:
			name === 'monthly'
				? en
					? 'Monthly report'
					: '2026年11月工作小结'
				: en
					? 'Work summary 2026'
					: '2026年个人工作总结',
		sections: sections.map(x => ({ level: 1, tables: [], ...x })),
		notes: [],
		evidence: {
			'evidence.1': of('visit.count'),
			'evidence.2': of('visit.customers'),
			'evidence.3': of('visit.on_time'),
			'evidence.4': of('visit.promises_kept'),
		},
	}
}
