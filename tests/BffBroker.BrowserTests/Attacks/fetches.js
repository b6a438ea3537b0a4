// Everything that a script can send: which answers could it read?
async (urls) => {
  const attempts = [];
  for (const url of urls) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      for (const headers of [{}, { 'X-CSRF': '1' }, { 'Content-Type': 'application/json' }]) {
        attempts.push([`cors ${method} ${url}`, () => fetch(url, { method, headers, credentials: 'include' })]);
      }
    }
    for (const method of ['GET', 'HEAD', 'POST']) {
      attempts.push([`no-cors ${method} ${url}`, async () => {
        const answer = await fetch(url, { method, mode: 'no-cors', credentials: 'include', redirect: 'follow' });
        if (answer.type === 'opaque' && (await answer.text()) === '') throw new Error('opaque');
      }]);
    }
    attempts.push([`keepalive ${url}`, () => fetch(url, { method: 'POST', mode: 'cors', credentials: 'include', keepalive: true, body: 'everywhere=true' })]);
    navigator.sendBeacon(url, new URLSearchParams({ everywhere: 'true' }));
  }
  const read = [];
  for (const [name, attempt] of attempts) await attempt().then(() => read.push(name), () => {});
  return read;
}
