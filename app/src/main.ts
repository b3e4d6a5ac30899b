import { createApp } from 'vue'
import 'vant/es/style/base.css'
import 'vant/es/overlay/index.css'
import 'vant/es/popup/index.css'
import 'vant/es/badge/index.css'
import 'vant/es/tabbar/index.css'
import 'vant/es/tabbar-item/index.css'
import 'vant/es/loading/index.css'
import 'vant/es/list/index.css'
import './style.css'
import App from './App.vue'
import { router } from './router'
import { language, speak } from './words'

speak(language.value)
createApp(App).use(router).mount('#app')
