/** Asks over connections that stay open, each its next question when its answer is there, and counts. */
import { connect } from 'node:net';

/** The bytes of a request. */
export function requestOf(method: string, path: string, body = ''): Uint8Array {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: midplane'];
  if (body !== '') lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Answers of a server in so many milliseconds, as fast as it gives them. */
export async function answersOf(url: string, requests: readonly Uint8Array[], milliseconds: number): Promise<number> {
  const { port } = new URL(url);
  let answers = 0;
  let next = 0;
  const begun = performance.now();
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1');
      let pending = '';
      let wanted = -1;
      const ask = (): void => void socket.write(requests[next++ % requests.length]!);
      socket.on('connect', ask);
      socket.on('error', reject);
      socket.on('data', (data) => {
        pending += data.toString('latin1');
        if (wanted < 0) {
          const end = pending.indexOf('\r\n\r\n');
          if (end < 0) return;
          if (!pending.startsWith('HTTP/1.1 200')) return reject(new Error(pending.slice(0, 500)));
          wanted = end + 4 + Number(/content-length: (\d+)/i.exec(pending)![1]);
        }
        if (pending.length < wanted) return;
        pending = pending.slice(wanted);
        wanted = -1;
        answers++;
        if (performance.now() - begun < milliseconds) return ask();
        socket.destroy();
        resolve();
      });
    });
  // never asleep: to wake another process costs the one that answers 4 to 10 us, the more the slower it is itself
  let isBusy = true;
  const spin = (): void => void (isBusy && setImmediate(spin));
  spin();
  await Promise.all(Array.from({ length: 16 }, one));
  isBusy = false;
  return answers;
}
