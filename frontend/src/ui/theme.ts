import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, rem } from '@mantine/core';

/** Warm grey: the workshop's walls. 0 is paper, 9 is ink. */
const stone: MantineColorsTuple = [
  '#faf9f7',
  '#f3f1ee',
  '#e7e4df',
  '#d6d2cb',
  '#b3aea5',
  '#8c867c',
  '#6b665d',
  '#524e47',
  '#37342f',
  '#211f1c',
];

/** Deep ink blue: the next action and the selected thing, nothing else. */
const ink: MantineColorsTuple = [
  '#eef3fa',
  '#dbe5f3',
  '#b4c8e4',
  '#8aa9d4',
  '#6489c1',
  '#456cab',
  '#315590',
  '#23406e',
  '#1b3257',
  '#132440',
];

/** Mantine reads greys of the dark scheme from here, lightest first; warm like `stone`. */
const dark: MantineColorsTuple = [
  '#d8d4cd',
  '#bdb8b0',
  '#a09a91',
  '#77726a',
  '#4b4741',
  '#3a3732',
  '#2b2926',
  '#211f1d',
  '#1a1917',
  '#131211',
];

/** Success, warning, danger: one colour per meaning, dark enough for text on paper. */
const moss: MantineColorsTuple = [
  '#eef6ef',
  '#dcebde',
  '#b9d7be',
  '#92c19b',
  '#6cab78',
  '#4a9159',
  '#357644',
  '#296036',
  '#1f4a2a',
  '#14331c',
];
const amber: MantineColorsTuple = [
  '#fdf6e7',
  '#f9eac8',
  '#f2d592',
  '#e9bd5b',
  '#dba532',
  '#bd861a',
  '#966810',
  '#7a5309',
  '#5f4006',
  '#402b03',
];
const brick: MantineColorsTuple = [
  '#fdf0ee',
  '#fadcd7',
  '#f2b8af',
  '#e88f82',
  '#db6757',
  '#c94836',
  '#ad3626',
  '#8e2a1d',
  '#6d2017',
  '#4a150f',
];

/** The one theme: five type sizes, an 8-pixel rhythm, small radii, hairlines before shadows. */
export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 5 },
  colors: { stone, gray: stone, ink, dark, moss, amber, brick, red: brick, green: moss, yellow: amber },
  black: '#211f1c',
  white: '#ffffff',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: {
    fontFamily: "'Inter Variable', system-ui, sans-serif",
    fontWeight: '620',
    sizes: {
      h1: { fontSize: rem(26), lineHeight: '1.25' },
      h2: { fontSize: rem(18), lineHeight: '1.35' },
      h3: { fontSize: rem(15), lineHeight: '1.4' },
      h4: { fontSize: rem(15), lineHeight: '1.4' },
    },
  },
  fontSizes: { xs: rem(12), sm: rem(13.5), md: rem(15), lg: rem(18), xl: rem(26) },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.55', lg: '1.4', xl: '1.25' },
  spacing: { xs: rem(8), sm: rem(12), md: rem(16), lg: rem(24), xl: rem(40) },
  radius: { xs: rem(3), sm: rem(5), md: rem(7), lg: rem(10), xl: rem(14) },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    InputWrapper: {
      styles: {
        label: { marginBottom: 4 },
        description: { marginBottom: 6, fontSize: 'var(--mantine-font-size-sm)' },
        error: { marginTop: 4, fontSize: 'var(--mantine-font-size-sm)' },
      },
    },
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } },
    Modal: {
      defaultProps: {
        centered: true,
        transitionProps: { duration: 120 },
        overlayProps: { backgroundOpacity: 0.4 },
      },
      styles: { title: { fontSize: 'var(--mantine-font-size-lg)', fontWeight: 620 } },
    },
    Menu: {
      defaultProps: { withInitialFocusPlaceholder: false, transitionProps: { duration: 100 }, shadow: 'md' },
    },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 80 } } },
    Drawer: { defaultProps: { transitionProps: { duration: 130 } } },
    Paper: { defaultProps: { withBorder: true } },
  },
});

/** The roles of `global.css` under the library's names; where a scheme needs more, its own values. */
const roles = {
  '--mantine-color-body': 'var(--paper)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--dimmed)',
  '--mantine-color-error': 'var(--alert)',
  '--mantine-color-anchor': 'var(--accent-text)',
  '--mantine-color-default-border': 'var(--line-strong)',
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...roles, '--mantine-color-placeholder': '#767067' },
  dark: {
    ...roles,
    '--mantine-color-placeholder': '#8f897f',
    '--mantine-color-default': '#2b2926',
    '--mantine-color-default-hover': '#33302c',
  },
});
