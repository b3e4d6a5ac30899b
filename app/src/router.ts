/*
 * Places. The trunk is three; nothing lies deeper than three steps from it. Addresses stand
 * behind the hash, so that what is in them never reaches a server's log.
 */
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import Customer from './pages/Customer.vue'
import Customers from './pages/Customers.vue'
import Figure from './pages/Figure.vue'
import Invite from './pages/Invite.vue'
import Me from './pages/Me.vue'
import Summary from './pages/Summary.vue'
import Today from './pages/Today.vue'

const routes: RouteRecordRaw[] = [
	{ path: '/', redirect: '/today' },
	{ path: '/today', component: Today, meta: { trunk: 'today' } },
	{ path: '/customers', component: Customers, meta: { trunk: 'customers' } },
	{ path: '/customer/:id', component: Customer, meta: { trunk: 'customers' } },
	{ path: '/summary', component: Summary, meta: { trunk: 'summary' } },
	{ path: '/figure/:name', component: Figure, meta: { trunk: 'summary' } },
	{ path: '/me', component: Me, meta: { trunk: 'today' } },
	{ path: '/invite/:token', component: Invite, meta: { open: true } },
	{ path: '/:rest(.*)*', redirect: '/today' },
]

export const router = createRouter({
	history: createWebHashHistory(),
	routes,
	scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
