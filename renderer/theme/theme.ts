import {
  ActionIcon,
  Button,
  Checkbox,
  createTheme,
  Menu,
  Modal,
  SegmentedControl,
  TextInput,
  Tooltip,
} from '@mantine/core'
import type { CSSVariablesResolver } from '@mantine/core'

const ICON_SIZE = 26
const QUICK = { duration: 90 }
/** Tips and menus stand in a landmark of the page (App.tsx), not loose behind it. */
const OVERLAYS = { target: '#fq-overlays' }

/** Mantine made dense and quiet; its colours are our tokens (tokens.css). */
export const theme = createTheme({
  fontFamily: 'var(--fq-font)',
  fontFamilyMonospace: 'var(--fq-mono)',
  fontSizes: {
    xs: 'var(--fq-type-xs)',
    sm: 'var(--fq-type-s)',
    md: 'var(--fq-type-m)',
    lg: 'var(--fq-type-l)',
    xl: 'var(--fq-type-xl)',
  },
  lineHeights: { xs: '1.4', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.5' },
  radius: {
    xs: 'var(--fq-radius-s)',
    sm: 'var(--fq-radius-s)',
    md: 'var(--fq-radius)',
    lg: 'var(--fq-radius)',
    xl: 'var(--fq-radius-l)',
  },
  spacing: { xs: '6px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  defaultRadius: 'md',
  cursorType: 'default',
  respectReducedMotion: true,
  primaryColor: 'gray',
  components: {
    Button: Button.extend({
      defaultProps: { size: 'sm', variant: 'default' },
      classNames: { root: 'fq-button', section: 'fq-button-section' },
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { size: ICON_SIZE, variant: 'subtle' },
      classNames: { root: 'fq-icon-button' },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 350,
        transitionProps: QUICK,
        portalProps: OVERLAYS,
        multiline: true,
        maw: 420,
      },
      classNames: { tooltip: 'fq-tooltip' },
    }),
    Checkbox: Checkbox.extend({
      // Mantine's grey looks disabled.
      defaultProps: { color: 'var(--fq-focus)', iconColor: 'var(--fq-surface)' },
    }),
    Menu: Menu.extend({
      defaultProps: {
        transitionProps: QUICK,
        portalProps: OVERLAYS,
        shadow: 'none',
        // The first item has the focus, as in any menu; an empty place before it is no menu item.
        withInitialFocusPlaceholder: false,
        menuItemTabIndex: 0,
        position: 'bottom-start',
        offset: 4,
      },
      classNames: { dropdown: 'fq-menu', item: 'fq-menu-item', label: 'fq-menu-label' },
    }),
    Modal: Modal.extend({
      defaultProps: {
        transitionProps: QUICK,
        overlayProps: { backgroundOpacity: 0.4 },
        centered: false,
        yOffset: '9vh',
        padding: 0,
        closeButtonProps: { 'aria-label': 'Close', size: ICON_SIZE },
      },
      classNames: { content: 'fq-modal', header: 'fq-modal-header', title: 'fq-modal-title' },
    }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { size: 'xs', transitionDuration: 0, withItemsBorders: false },
      classNames: { root: 'fq-segments', label: 'fq-segment', indicator: 'fq-segment-indicator' },
    }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' }, classNames: { input: 'fq-input' } }),
  },
})

const MANTINE_VARIABLES = {
  '--mantine-color-body': 'var(--fq-surface)',
  '--mantine-color-text': 'var(--fq-text)',
  '--mantine-color-dimmed': 'var(--fq-text-soft)',
  '--mantine-color-placeholder': 'var(--fq-text-faint)',
  '--mantine-color-default': 'var(--fq-raised)',
  '--mantine-color-default-hover': 'var(--fq-hover)',
  '--mantine-color-default-color': 'var(--fq-text)',
  '--mantine-color-default-border': 'var(--fq-line-strong)',
  '--mantine-color-error': 'var(--fq-failed)',
  '--mantine-primary-color-filled': 'var(--fq-focus)',
}

/** Scheme by scheme the same names: the tokens themselves know light and dark. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: MANTINE_VARIABLES,
  dark: MANTINE_VARIABLES,
})
