import vue from '@vitejs/plugin-vue'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'

const icon = (size: number) => ({
	src: `/icon-${size}.png`,
	sizes: `${size}x${size}`,
	type: 'image/png',
	purpose: 'any maskable',
})

export default defineConfig({
	plugins: [
		vue(),
		VitePWA({
			registerType: 'autoUpdate',
			injectRegister: 'script-defer',
			manifest: {
				name: '一本账',
				short_name: '一本账',
				lang: 'zh-CN',
				start_url: '/',
				display: 'standalone',
				orientation: 'portrait',
				background_color: '#f7f6f3',
				theme_color: '#f7f6f3',
				icons: [icon(192), icon(512)],
			},
			workbox: {
				globPatterns: ['**/*.{js,css,html,svg}'],
				navigateFallbackDenylist: [/^\/api\//],
				inlineWorkboxRuntime: true,
				sourcemap: false,
			},
		}),
	],
	build: { target: 'es2021', modulePreload: { polyfill: false }, reportCompressedSize: false },
	server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
	test: { include: ['test/unit/*.test.ts'], setupFiles: 'test/unit/setup.ts' },
})
