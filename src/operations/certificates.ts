// A certificate authority of our own and the server certificate it signs, for machines without a bought one.
import { chmod } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata'; // x509 builds on it and does not bring it along.
import * as x509 from '@peculiar/x509';
import { makeDirectory, readTextIfAny, writeFileAtomic } from './files.ts';
import { exclusively } from './processes.ts';

export type CertificateOptions = {
  dataDir: string;
  /** Names and addresses beside this machine's own. */
  announced: readonly string[];
  now: Date;
  /** Random bytes for serial numbers. */
  random: (bytes: number) => Uint8Array;
};

export type CertificateFiles = {
  keyFile: string;
  /** The certificate and the authority's, in this order. */
  certFile: string;
  /** For devices that shall trust this server. */
  authorityFile: string;
  renewed: boolean;
};

const dayMs = 86_400_000;
const serverDays = 365; // Browsers refuse server certificates of more than 398 days.
const authorityDays = 3650;
const renewBeforeDays = 30;
// A device whose clock is a little behind must not refuse a certificate that was just made.
const backdatedMs = dayMs;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const extractable = true;

type Issued = { certificate: x509.X509Certificate; key: CryptoKey };

const isAddress = (name: string): boolean => /^[\d.]+$/.test(name) || name.includes(':');

/** Every name and address under which this machine may be reached: loopback, its interfaces, and what is announced. */
const namesOfThisMachine = (announced: readonly string[]): string[] => {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const usable = addresses.filter((address) => !/^fe80:/i.test(address)); // Link-local ones need a zone.
  return [...new Set(['localhost', '127.0.0.1', '::1', ...usable, ...announced])];
};

const newKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(algorithm, extractable, ['sign', 'verify']);

const serialNumber = (random: CertificateOptions['random']): string => {
  const bytes = Buffer.from(random(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40; // Positive, and without leading zeros (RFC 5280, 4.1.2.2).
  return bytes.toString('hex');
};

const validity = (now: Date, days: number) => ({
  notBefore: new Date(now.getTime() - backdatedMs),
  notAfter: new Date(now.getTime() - backdatedMs + days * dayMs),
});

const makeAuthority = async ({ now, random }: CertificateOptions): Promise<Issued> => {
  const keys = await newKeys();
  const serial = serialNumber(random);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    // Two installations must not look alike to a device that trusts both.
    name: `CN=Hansard authority ${serial.slice(0, 8)}`,
    ...validity(now, authorityDays),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, key: keys.privateKey };
};

const issue = async (authority: Issued, { now, random, announced }: CertificateOptions): Promise<Issued> => {
  const keys = await newKeys();
  const names = namesOfThisMachine(announced);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(random),
    subject: 'CN=Hansard',
    issuer: authority.certificate.subject,
    ...validity(now, serverDays),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, key: keys.privateKey };
};

const keyPem = async (key: CryptoKey): Promise<string> =>
  `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;

const readIssued = async (keyFile: string, certFile: string): Promise<Issued | null> => {
  const [keyText, certText] = await Promise.all([readTextIfAny(keyFile), readTextIfAny(certFile)]);
  if (keyText === null || certText === null) return null;
  const pkcs8 = x509.PemConverter.decodeFirst(keyText);
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, extractable, ['sign']);
  return { certificate: new x509.X509Certificate(certText), key };
};

const lasts = ({ certificate }: Issued, now: Date): boolean =>
  certificate.notBefore <= now && certificate.notAfter.getTime() - now.getTime() > renewBeforeDays * dayMs;

const covers = ({ certificate }: Issued, names: readonly string[]): boolean => {
  const extension = certificate.getExtension(x509.SubjectAlternativeNameExtension);
  const present = new Set(extension?.names.toJSON().map(({ value }) => value));
  return names.every((name) => present.has(name));
};

/**
 * Makes sure of a server certificate for all names of this machine in `secrets` of a data directory, valid for at least
 * another month, and of the authority that signed it. Both stay as they are while they serve, since devices were told
 * to
 * trust them.
 */
export const ensureCertificate = (options: CertificateOptions): Promise<CertificateFiles> => {
  const { dataDir, announced, now } = options;
  const directory = join(dataDir, 'secrets');
  const file = (name: string) => join(directory, name);
  const files = { keyFile: file('server.key'), certFile: file('server.crt'), authorityFile: file('authority.crt') };
  const save = async (issued: Issued, keyFile: string, certFile: string, chain: readonly x509.X509Certificate[]) => {
    await writeFileAtomic(keyFile, await keyPem(issued.key), 0o600);
    await writeFileAtomic(certFile, chain.map((each) => `${each.toString('pem')}\n`).join(''), 0o644);
  };
  return exclusively(`the certificates in ${directory}`, 60_000, async () => {
    await makeDirectory(directory, 0o700);
    await chmod(directory, 0o700);
    let authority = await readIssued(file('authority.key'), files.authorityFile);
    const authorityServes = authority !== null && lasts(authority, now);
    if (authority === null || !authorityServes) {
      authority = await makeAuthority(options);
      await save(authority, file('authority.key'), files.authorityFile, [authority.certificate]);
    }
    const present = authorityServes ? await readIssued(files.keyFile, files.certFile) : null;
    if (present && lasts(present, now) && covers(present, namesOfThisMachine(announced)))
      return { ...files, renewed: false };
    const issued = await issue(authority, options);
    await save(issued, files.keyFile, files.certFile, [issued.certificate, authority.certificate]);
    return { ...files, renewed: true };
  });
};
