import ts from 'typescript-eslint'
import vue from 'eslint-plugin-vue'

const browser = { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: ts.parser } } }

export default [
	{ ignores: ['dist/', 'out/'] },
	...ts.configs.recommended,
	...vue.configs['flat/essential'],
	browser,
	{
		rules: {
			'vue/multi-word-component-names': 'off',
			'no-undef': 'off',
			'no-console': 'error',
			eqeqeq: 'error',
			'max-lines': ['error', 300],
			'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
		},
	},
	{
		files: ['**/*.vue', 'test/**', 'tools/**'],
		rules: {
			'max-lines': ['error', 700],
			'max-lines-per-function': 'off',
			'no-console': 'off',
		},
	},
]
