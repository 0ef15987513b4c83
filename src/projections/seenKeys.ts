// Which keys a table was ever given, in little memory: a Bloom filter (Bloom 1970, with the double hashing of Kirsch
// and Mitzenmacher 2006). It saves asking the database for rows that were never there.

const bits = 2 ** 23;
const probes = 4;

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;
const otherPrime = 0x5bd1e995;

export type SeenKeys = {
  add: (key: string) => void;
  /** False: it was never added. True: it was or, once a million were added, for two in a hundred others, it was not. */
  maybe: (key: string) => boolean;
};

/** Takes 1 MiB, from the first key on. */
export const seenKeys = (): SeenKeys => {
  let words: Int32Array | null = null;

  /** Calls `each` with the word and the bit of every probe, until it answers false; whether it never did. */
  const everyProbe = (key: string, each: (word: number, bit: number) => boolean): boolean => {
    let one = fnvOffset;
    let other = key.length;
    for (let index = 0; index < key.length; index += 1) {
      const code = key.charCodeAt(index);
      one = Math.imul(one ^ code, fnvPrime);
      other = Math.imul((other ^ code) + (other >>> 15), otherPrime);
    }
    for (let probe = 0; probe < probes; probe += 1) {
      const place = ((one + Math.imul(probe, other | 1)) >>> 0) % bits;
      if (!each(place >>> 5, 1 << (place & 31))) return false;
    }
    return true;
  };

  return {
    add: (key) => {
      words ??= new Int32Array(bits / 32);
      const held = words;
      everyProbe(key, (word, bit) => {
        held[word] = (held[word] ?? 0) | bit;
        return true;
      });
    },
    maybe: (key) => {
      const held = words;
      return held !== null && everyProbe(key, (word, bit) => ((held[word] ?? 0) & bit) !== 0);
    },
  };
};
