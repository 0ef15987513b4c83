// How CSV is written: chosen per administrator, and per export.
import { builder } from '../builder.ts';

export const CsvEncoding = builder.enumType('CsvEncoding', {
  values: {
    UTF_8: { value: 'utf-8', description: 'With its mark.' },
    UTF_16: { value: 'utf-16', description: 'Little-endian, with its mark.' },
    WINDOWS_1251: { value: 'windows-1251', description: 'What it does not have becomes a question mark.' },
  } as const,
});

export const CsvDelimiter = builder.enumType('CsvDelimiter', {
  values: {
    SEMICOLON: { value: 'semicolon' },
    COMMA: { value: 'comma' },
    TAB: { value: 'tab' },
    PIPE: { value: 'pipe' },
  } as const,
});
