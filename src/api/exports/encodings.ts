// Text as bytes in the encodings that spreadsheets of all ages open.
import type { ExportFormat } from '../../domain/reports/events.ts';

export type Encoder = {
  /** What the file begins with, so that programs know the encoding. */
  mark: Buffer;
  /** Of whole characters in UTF-8. */
  encode: (text: Buffer) => Buffer;
  /** As HTTP names it. */
  charset: string;
};

/** Stands where a character is not in the encoding. */
const missing = 0x3f; // ?

// The decoder of the platform knows the table; byte 0x98 is the one that means nothing.
const cyrillic = ((): ReadonlyMap<string, number> => {
  const decoder = new TextDecoder('windows-1251');
  const bytes = Array.from({ length: 128 }, (_, index) => index + 128).filter((byte) => byte !== 0x98);
  return new Map(bytes.map((byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
})();

const windows1251 = (text: string): Buffer => {
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? missing;
    bytes[length] = code < 128 ? code : (cyrillic.get(character) ?? missing);
    length += 1;
  }
  return bytes.subarray(0, length);
};

export const encoderOf = (encoding: ExportFormat['encoding']): Encoder => {
  switch (encoding) {
    case 'utf-8':
      return { mark: Buffer.from('\ufeff'), encode: (text) => text, charset: 'utf-8' };
    case 'utf-16':
      return {
        mark: Buffer.from('\ufeff', 'utf16le'),
        encode: (text) => Buffer.from(text.toString(), 'utf16le'),
        charset: 'utf-16le',
      };
    case 'windows-1251':
      return { mark: Buffer.alloc(0), encode: (text) => windows1251(text.toString()), charset: 'windows-1251' };
  }
};
