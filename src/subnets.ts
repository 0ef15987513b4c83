// Addresses and subnets as people write them, with one meaning per address: IPv4-mapped IPv6 is IPv4.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Subnet = { address: ipaddr.IPv4 | ipaddr.IPv6; bits: number };

const mappedBits = 96;

const parse = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | null => {
  if (isIP(text) === 0) return null;
  const parsed = ipaddr.process(text);
  if (parsed.kind() === 'ipv4') return parsed;
  const bare = new ipaddr.IPv6((parsed as ipaddr.IPv6).parts);
  return bare.isIPv4MappedAddress() ? bare.toIPv4Address() : bare;
};

const known = new Map<string, ipaddr.IPv4 | ipaddr.IPv6 | null>();
const knownMax = 1000;
/** The longest spelling of an address, with the name of its zone. */
const lengthMax = 64;

/**
 * The address a text spells, or null. Shortened and octal IPv4 spellings are none; a zone (`%eth0`) is dropped. What
 * was asked for lately is remembered: each request asks for the same few several times.
 */
const addressOf = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | null => {
  const remembered = known.get(text);
  if (remembered !== undefined) return remembered;
  const address = parse(text);
  if (known.size >= knownMax) known.clear();
  if (text.length <= lengthMax) known.set(text, address);
  return address;
};

/** One spelling per address, or null where the text is none. */
export const plainAddress = (text: string): string | null => addressOf(text)?.toString() ?? null;

/** `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`; null where the text is neither an address nor a subnet. */
export const subnetOf = (text: string): Subnet | null => {
  const [spelled = '', length, ...rest] = text.split('/');
  const address = addressOf(spelled);
  if (!address || rest.length > 0) return null;
  const isFour = address.kind() === 'ipv4';
  if (length === undefined) return { address, bits: isFour ? 32 : 128 };
  if (!/^\d{1,3}$/.test(length)) return null;
  const bits = Number(length) - (isFour && spelled.includes(':') ? mappedBits : 0);
  return bits >= 0 && bits <= (isFour ? 32 : 128) ? { address, bits } : null;
};

/** One spelling per subnet, with its mask and without bits of hosts: `192.0.2.7/24` is `192.0.2.0/24`; or null. */
export const plainSubnet = (text: string): string | null => {
  const subnet = subnetOf(text);
  if (!subnet) return null;
  const { address, bits } = subnet;
  const kind = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${kind.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()}/${bits}`;
};

/** Whether an address lies in one of the subnets; a text that is no address lies in none. */
export const isWithin = (text: string, subnets: readonly Subnet[]): boolean => {
  const asked = addressOf(text);
  if (!asked) return false;
  return subnets.some(({ address, bits }) => address.kind() === asked.kind() && asked.match(address, bits));
};

/** Whether an address is this machine's own. */
export const isLoopback = (text: string): boolean => addressOf(text)?.range() === 'loopback';

/** Whether an address belongs to the internet at large, and to no machine, network or purpose of its own. */
export const isPublic = (text: string): boolean => addressOf(text)?.range() === 'unicast';
