const IS_MAC = navigator.platform.startsWith('Mac')

/** The key of commands, as it is shown. */
export const MOD_KEY = IS_MAC ? '⌘' : 'Ctrl'
