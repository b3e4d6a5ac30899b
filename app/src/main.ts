import { createApp } from 'vue'
import 'vant/es/style/base.css'
import 'vant/es/popup/index.css'
import './style.css'
import App from './App.vue'
import { router } from './router'
import { language, speak } from './words'

speak(language.value)
createApp(App).use(router).mount('#app')
