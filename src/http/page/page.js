// The page of a server without the app: come in by an invitation, or sign in.
'use strict'
const form = document.getElementById('form')
const said = document.getElementById('said')
const token = (location.hash.match(/^#\/invite\/([0-9a-f]+)$/) || [])[1]
let first = false

const show = (name, shown) =>
  document.querySelectorAll('.' + name).forEach(label => { label.hidden = !shown })

async function ask(method, path, body) {
  const options = { method, headers: { 'X-Yiben': '1', 'Content-Type': 'application/json' } }
  if (body) options.body = JSON.stringify(body)
  const answer = await fetch(path, options)
  const told = answer.status === 204 ? {} : await answer.json()
  if (!answer.ok) throw told
  return told
}

function signedIn(session) {
  form.hidden = true
  said.textContent = session.name + '，您已登录。'
}

async function start() {
  if (token) {
    const invitation = await ask('GET', '/api/invitations/' + token)
    first = !invitation.staff
    show('first', first)
    said.textContent = invitation.name || ''
  } else {
    try {
      return signedIn(await ask('GET', '/api/session'))
    } catch { said.textContent = '' }
  }
  form.hidden = false
}

form.addEventListener('submit', async event => {
  event.preventDefault()
  const body = Object.fromEntries([...new FormData(form)].filter(([, value]) => value))
  try {
    signedIn(token
      ? await ask('POST', '/api/invitations/accept', { token, ...body })
      : await ask('POST', '/api/session', body))
  } catch (problem) {
    said.textContent = problem.detail
    if (problem.field === 'totp') show('code', true)
  }
})
start().catch(problem => { said.textContent = problem.detail })
