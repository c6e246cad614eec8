// Before the first paint: the scheme that this person chose. Everything else waits for the page (main.tsx).
try {
  const chosen = localStorage.getItem('mantine-color-scheme-value')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.mantineColorScheme = chosen
} catch {
  // Storage is forbidden: as the system.
}
