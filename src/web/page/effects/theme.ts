const themes = ['', 'light', 'dark'] as const;
const preference = matchMedia('(prefers-color-scheme: dark)');

const chosen = () => document.documentElement.dataset['theme'] ?? '';

export const isDark = (): boolean => (chosen() === '' ? preference.matches : chosen() === 'dark');

/** As the system wants it, light, dark, and so on. */
export const turnTheme = (): void => {
  const at = themes.findIndex((theme) => theme === chosen());
  document.documentElement.dataset['theme'] = themes[(at + 1) % themes.length] ?? '';
};

export const onThemeChange = (listener: () => void): void => preference.addEventListener('change', listener);
