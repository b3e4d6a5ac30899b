/* Money is whole 分; it is rounded half up, once, when it is shown. */
import { language } from './words'

function rounded(fen: number, unit: number): string {
	const hundredths = Math.floor((Math.abs(fen) * 100) / unit + 0.5)
	const whole = Math.floor(hundredths / 100).toLocaleString('en-US')
	return `${fen < 0 ? '-' : ''}${whole}.${String(hundredths % 100).padStart(2, '0')}`
}

export function money_word(fen: number): string {
	const size = Math.abs(fen)
	if (language.value === 'en') return `¥${rounded(fen, 100)}`
	if (size >= 1e10) return `${rounded(fen, 1e10)}亿元`
	if (size >= 1e6) return `${rounded(fen, 1e6)}万元`
	return `${rounded(fen, 100)}元`
}

/* "12.5" 元 as 分; null where it is not a number of money. */
export function money_read(text: string): number | null {
	const parts = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text.trim().replace(/,/g, ''))
	if (!parts) return null
	const fen = Number(parts[2]) * 100 + Number((parts[3] ?? '').padEnd(2, '0'))
	return parts[1] ? -fen : fen
}
