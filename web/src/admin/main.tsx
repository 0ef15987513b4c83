import { RouterProvider } from '@tanstack/react-router';
import type { Catalogue } from '../i18n/locale.tsx';
import { boot } from '../ui/boot.tsx';
import { router } from './router.tsx';

const catalogue: Catalogue = async (language) => {
  const texts = await (language === 'de'
    ? Promise.all([
        import('../i18n/shared.de.ts'),
        import('../i18n/refusals.de.ts'),
        import('../i18n/adminRefusals.de.ts'),
        import('../i18n/admin.de.ts'),
      ])
    : Promise.all([
        import('../i18n/shared.en.ts'),
        import('../i18n/refusals.en.ts'),
        import('../i18n/adminRefusals.en.ts'),
        import('../i18n/admin.en.ts'),
      ]));
  return texts.map((module) => module.default);
};

await boot(catalogue, <RouterProvider router={router} />);
