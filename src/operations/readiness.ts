// Whether a server of this machine says that it is ready.
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';

const timeoutMs = 2000;

/** Asks `/readyz` on the loopback interface; a certificate of our own need not be trusted for that. */
export const answersReady = (port: number, tls: boolean): Promise<boolean> =>
  new Promise((resolve) => {
    const get = tls ? getHttps : getHttp;
    const options = {
      host: '127.0.0.1',
      port,
      path: '/readyz',
      timeout: timeoutMs,
      rejectUnauthorized: false,
      agent: false,
    };
    const request = get(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy(new Error('No answer')));
    request.on('error', () => resolve(false));
  });
