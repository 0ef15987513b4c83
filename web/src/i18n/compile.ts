// Messages in the shape Lingui's runtime wants, made here so that no parser is shipped.

type Token = string | [name: string] | [name: string, kind: 'plural', forms: Record<string, Token[]>];
export type Message = string | Token[];

const pieces = (text: string): Token[] =>
  text
    .split(/(\{\w+\}|#)/)
    .filter(Boolean)
    .map((piece) => (piece.startsWith('{') ? [piece.slice(1, -1)] : piece));

/** Turns `Hello {name}` into tokens. */
export const compile = (text: string): Token[] =>
  text
    .split(/(\{\w+\})/)
    .filter(Boolean)
    .map((piece): Token => (/^\{\w+\}$/.test(piece) ? [piece.slice(1, -1)] : piece));

/** A message that counts: `#` is the number, formatted in the reader's way. */
export const plural = (name: string, one: string, other: string): Message => [
  [name, 'plural', { one: pieces(one), other: pieces(other) }],
];

const accents = new Map(
  Array.from('aceilnorsuyzACEINORSUYZ', (plain, index) => [
    plain,
    Array.from('áçéíłñöřšüýžÀÇÊÎÑØŘŠÛÝŽ')[index] ?? plain,
  ]),
);
const stretch = (text: string) => Array.from(text, (letter) => accents.get(letter) ?? letter).join('');
const padding = (text: string) => '·'.repeat(Math.ceil(text.length * 0.3));

/** The pseudo-locale: accented and a third longer, so that untranslated or overflowing texts are seen at once. */
export const pseudo = (message: Message): Message => {
  const tokens: Token[] = typeof message === 'string' ? [message] : message;
  const disguise = (list: Token[]): Token[] =>
    list.map((token) => {
      if (typeof token === 'string') return token === '#' ? token : stretch(token) + padding(token);
      if (token.length === 1) return token;
      const [name, kind, forms] = token;
      return [name, kind, Object.fromEntries(Object.entries(forms).map(([form, inner]) => [form, disguise(inner)]))];
    });
  return ['[', ...disguise(tokens), ']'];
};
