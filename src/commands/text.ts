// Text that people write, as every command takes it.
import { z } from 'zod';
import { problem } from '../domain/inputProblems.ts';

// Half surrogate pairs and NUL cannot be stored as text; other control characters and those that turn the direction of
// writing (Unicode TR 36, bidirectional spoofing) let one text pass for another.
const unreadable = String.raw`\p{Cs}\u007f\u202a-\u202e\u2066-\u2069`;
const lineOnly = new RegExp(String.raw`^[^\p{Cc}${unreadable}]*$`, 'u');
const withBreaks = new RegExp(String.raw`^[^\u0000-\u0008\u000b-\u001f\u0080-\u009f${unreadable}]*$`, 'u');
const visible = /[^\p{Cf}\p{Z}\p{Cc}]/u;

const text = (max: number, pattern: RegExp) => z.string().trim().max(max).regex(pattern, problem('control_characters'));

/** One line of at most `max` UTF-16 units, trimmed; may be empty. */
export const oneLine = (max: number) => text(max, lineOnly);

/** Like `oneLine`, with line breaks and tabs. */
export const severalLines = (max: number) => text(max, withBreaks);

/** For `refine`: whether there is anything to see. */
export const isVisible = (value: string): boolean => visible.test(value);
