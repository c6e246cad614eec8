import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { followBrowserHistory } from './client/browser-history.ts'
import { browserNotifications } from './client/browser-notifications.ts'
import { toHostNotifications } from './client/host-notifications.ts'
import { detectPlatform } from './client/platform.ts'
import { announceNonce } from './client/style-nonce.ts'
import { InspectorStore } from './store/inspector-store.ts'
import { parseHashOrNull } from './store/route.ts'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './theme/mantine.css'
import './theme/tokens.css'
import './theme/global.css'

announceNonce()
const platform = detectPlatform()
const inspector: InspectorStore = new InspectorStore(
  platform.openLink,
  platform.isDesktop ? toHostNotifications(() => inspector) : browserNotifications,
)
const first = parseHashOrNull(location.hash)
if (first !== null) inspector.routes.show(first)
followBrowserHistory({
  routeOrNull: () => inspector.routes.presentOrNull(),
  show: (route) => inspector.routes.show(route),
  subscribe: inspector.store.subscribe,
})
inspector.start(new AbortController().signal)

const root = document.getElementById('root')
if (root === null) throw new Error('The page has no root')
createRoot(root).render(
  <StrictMode>
    <App inspector={inspector} platform={platform} />
  </StrictMode>,
)
