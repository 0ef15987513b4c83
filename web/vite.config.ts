import { readFile } from 'node:fs/promises';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Without the white space that means nothing (GraphQL specification, 2.1.7); our documents hold no texts. */
const shortened = (document: string): string =>
  document.replaceAll(/\s+/g, ' ').replaceAll(/ ?([{}()[\]:,=!]|\.{3}) ?/g, '$1');

const documents = `${import.meta.dirname}/src/gql/graphql.ts`;
const fromDocuments = /import \{([^}]*)\} from '([^']*\/gql\/graphql\.ts)';/g;
const isDocument = (name: string): boolean => /^\w+(Document|FragmentDoc)$/.test(name);
// As in the generated module.
const documentString = `export class TypedDocumentString extends String {
  constructor(value, meta) { super(value); this.value = value; this.__meta__ = meta; }
  toString() { return this.value; }
}`;

/**
 * Makes each document of the generated module a module of its own: otherwise every entry would load the documents of
 * all pages there are.
 */
const documentsApart = (): Plugin => ({
  name: 'documents-apart',
  enforce: 'pre',
  resolveId: (id) => (id.startsWith('document:') ? `\0${id}` : null),
  load: async (id) => {
    if (!id.startsWith('\0document:')) return null;
    const name = id.slice('\0document:'.length);
    if (name === 'string') return documentString;
    const source = await readFile(documents, 'utf8');
    const found = new RegExp(`export const ${name} = new TypedDocumentString\\((\`[^\`]*\`)(, \\{[^}]*\\})?\\)`).exec(
      source,
    );
    if (!found) throw new Error(`There is no document ${name} in ${documents}: run "npm run codegen"`);
    const [, text = '', meta = ''] = found;
    return `import { TypedDocumentString } from 'document:string';
      export const ${name} = /* @__PURE__ */ new TypedDocumentString(${shortened(text)}${meta});`;
  },
  transform: (code, id) => {
    if (id.startsWith('\0') || id.includes('/gql/') || !code.includes('/gql/graphql.ts')) return null;
    const apart = code.replaceAll(fromDocuments, (_, list: string, from: string) => {
      const names = list.split(',').flatMap((each) => each.trim() || []);
      const types = names.filter((name) => !isDocument(name));
      const imports = names.filter(isDocument).map((name) => `import { ${name} } from 'document:${name}';`);
      const bare = types.map((name) => name.replace(/^type /, ''));
      return [...imports, ...(bare.length > 0 ? [`import type { ${bare.join(', ')} } from '${from}';`] : [])].join(' ');
    });
    return { code: apart, map: null };
  },
});

export default defineConfig({
  root: import.meta.dirname,
  plugins: [documentsApart(), react()],
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
