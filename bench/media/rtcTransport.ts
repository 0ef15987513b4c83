// One WebRTC transport without a browser: real ICE, DTLS and SRTP against an SFU on this machine.
import {
  IceCandidate,
  RTCCertificate,
  RTCDtlsFingerprint,
  RTCDtlsParameters,
  RTCDtlsTransport,
  RTCIceGatherer,
  RTCIceTransport,
  RtpHeader,
} from 'werift';
import type { InputOf, OutputOf } from '../../src/media/protocol.ts';

type Offer = Omit<OutputOf<'createTransport'>, 'transportId'>;
type DtlsParameters = InputOf<'connectTransport'>['dtlsParameters'];

export type RtcTransport = {
  /** For `connectTransport`; to be told before `connect` can succeed. */
  dtlsParameters: DtlsParameters;
  /** Resolves once packets can pass. */
  connect: () => Promise<void>;
  send: (packet: { payloadType: number; ssrc: number; sequence: number; timestamp: number }, payload: Buffer) => void;
  /** RTP packets received so far. The first one was decrypted and authenticated, later ones are only counted. */
  received: () => number;
  /** Calls `first` with the next packet that arrives. */
  onceReceived: (first: () => void) => void;
  close: () => Promise<void>;
};

/** AEAD_AES_128_GCM (RFC 7714 §14.2), which browsers and mediasoup prefer too. */
const aes128Gcm = 7;

/** Second octet of RTP; RTCP has 64 to 95 there (RFC 5761 §4), STUN and DTLS do not begin with version 2. */
const isRtp = (packet: Buffer): boolean => {
  const [first = 0, second = 0] = packet;
  const type = second & 0x7f;
  return first >> 6 === 2 && (type < 64 || type > 95);
};

/** Takes up what the server offers. The sockets are bound to the loopback interface. */
export const rtcTransport = async ({ iceParameters, iceCandidates, dtlsParameters }: Offer): Promise<RtcTransport> => {
  const certificate: RTCCertificate = await RTCDtlsTransport.SetupCertificate();
  const gatherer = new RTCIceGatherer({
    additionalHostAddresses: ['127.0.0.1'],
    interfaceAddresses: { udp4: '127.0.0.1' },
    useIpv6: false,
  });
  const ice = new RTCIceTransport(gatherer);
  ice.connection.iceControlling = true;
  const dtls = new RTCDtlsTransport({}, ice, certificate, [aes128Gcm]);
  dtls.role = 'client';
  await ice.gather();
  const { usernameFragment, password } = iceParameters;
  ice.setRemoteParams({ usernameFragment, password, iceLite: true });
  for (const { foundation, ip, port, priority, protocol, type } of iceCandidates) {
    if (protocol === 'udp')
      await ice.addRemoteCandidate(new IceCandidate(1, foundation, ip, port, priority, protocol, type));
  }
  await ice.addRemoteCandidate(undefined);
  const fingerprints = dtlsParameters.fingerprints.map(
    ({ algorithm, value }) => new RTCDtlsFingerprint(algorithm, value),
  );
  dtls.setRemoteParams(new RTCDtlsParameters(fingerprints, 'server'));

  let received = 0;
  let first: (() => void) | null = null;
  const count = () => {
    received += 1;
    first?.();
    first = null;
  };
  // Decrypting what nobody looks at would take the processors from the server.
  dtls.onRtp.once(() => {
    count();
    ice.connection.onData.allUnsubscribe();
    ice.connection.onData.subscribe((packet) => {
      if (isRtp(packet)) count();
    });
  });
  const { fingerprints: own } = dtls.localParameters;
  return {
    dtlsParameters: { role: 'client', fingerprints: own as DtlsParameters['fingerprints'] },
    connect: async () => {
      await ice.start();
      await dtls.start();
    },
    send: ({ payloadType, ssrc, sequence, timestamp }, payload) => {
      const header = new RtpHeader({ payloadType, ssrc, sequenceNumber: sequence, timestamp, marker: true });
      void dtls.sendRtp(payload, header);
    },
    received: () => received,
    onceReceived: (then) => {
      first = then;
    },
    close: async () => {
      await dtls.stop();
      await ice.stop();
    },
  };
};
