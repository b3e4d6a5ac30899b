/*
 * Chinese unless the phone speaks English; there is nothing to choose. A person's own
 * language, when the book knows it, wins.
 */
import { ref } from 'vue'
import { en } from './en'
import { zh, type Words } from './zh'

export type Language = 'zh' | 'en'
const tables: Record<Language, Words> = { zh, en }

export function language_of(tag: string | undefined | null): Language {
	return tag?.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

export const language = ref<Language>(
	language_of(typeof navigator === 'undefined' ? 'zh' : navigator.language),
)

export function speak(tag: string): void {
	language.value = language_of(tag)
	document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
	document.title = say('name')
}

export function say(key: keyof Words, values: Record<string, string | number> = {}): string {
	return tables[language.value][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''))
}
