import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * All documents are in one module. They travel without the indentation that people read them by, and only with the
 * pages that use them: making one has no effect, which the bundler is to know.
 */
const shortDocuments = (): Plugin => ({
  name: 'short-documents',
  transform: (code, id) =>
    id.endsWith('/web/src/gql/graphql.ts')
      ? {
          code: code
            .replaceAll(/`[^`]+`/g, (document) => document.replaceAll(/\s+/g, ' '))
            .replaceAll('= new TypedDocumentString(', '= /* @__PURE__ */ new TypedDocumentString('),
          map: null,
        }
      : null,
});

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), shortDocuments()],
  // The server replaces the placeholder in each answer; the policy allows nothing inline without it.
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    target: 'es2023',
    // Data URLs of fonts and scripts are outside the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['admin.html', 'portal.html', 'room.html'].map((page) => `${import.meta.dirname}/${page}`),
    },
  },
});
