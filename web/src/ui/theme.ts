// Mantine in our colours: one brand ramp, flat bordered panels, compact controls.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const brand: MantineColorsTuple = [
  '#eaf4fa',
  '#d0e6f3',
  '#a5cee8',
  '#73b3db',
  '#4099d1',
  '#2582bd',
  '#1571ab',
  '#0b6299',
  '#084d7a',
  '#05385a',
];
const dark: MantineColorsTuple = [
  '#e4ebf1',
  '#c3ced8',
  '#a3b1bf',
  '#6b7c8c',
  '#2a3743',
  '#22303c',
  '#16202a',
  '#0e151c',
  '#0a1016',
  '#070b0f',
];
const red: MantineColorsTuple = [
  '#fdf3f2',
  '#fbe9e7',
  '#ff9d94',
  '#ff8a80',
  '#ff8a80',
  '#dc4a41',
  '#c5352c',
  '#b3261e',
  '#8f1d17',
  '#6d1410',
];
const small = { defaultProps: { size: 'sm' } };

export const theme = createTheme({
  colors: { brand, dark, red },
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.25,
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: 'var(--h-mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'sm',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '22px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } },
  },
  cursorType: 'pointer',
  // By name, not by `extend`: naming a component here must not load it.
  components: {
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 30 } },
    Button: { defaultProps: { size: 'xs' }, styles: { root: { height: 32, fontSize: 13 } } },
    TextInput: small,
    PasswordInput: small,
    Textarea: small,
    Select: { defaultProps: { size: 'sm', allowDeselect: false, comboboxProps: { shadow: 'sm' } } },
    MultiSelect: { defaultProps: { size: 'sm', comboboxProps: { shadow: 'sm' } } },
    Switch: { defaultProps: { size: 'sm' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } } },
    Drawer: { defaultProps: { position: 'right', overlayProps: { backgroundOpacity: 0.35 } } },
    // The first entry has the focus, as WAI-ARIA wants it; the placeholder would be a child that no menu may have.
    Menu: { defaultProps: { position: 'bottom-end', shadow: 'sm', withInitialFocusPlaceholder: false } },
    Popover: { defaultProps: { shadow: 'sm' } },
  },
});

const shared = {
  '--mantine-color-body': 'var(--h-canvas)',
  '--mantine-color-text': 'var(--h-text)',
  '--mantine-color-dimmed': 'var(--h-muted)',
  '--mantine-color-placeholder': 'var(--h-muted)',
  '--mantine-color-default': 'var(--h-panel)',
  '--mantine-color-default-border': 'var(--h-line)',
  '--mantine-color-error': 'var(--h-bad)',
  '--mantine-color-anchor': 'var(--h-brand-text)',
};

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
