// Each line is a Location and the URL that it was the answer of, as a JSON array. For each, one JSON line: the origin a browser goes to, and
// stays at when the page there follows its own path.
import { readFileSync } from 'node:fs';

function originOf(location, base) {
  try {
    const url = new URL(location, base);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      return url.href; // a blob's origin is that of its maker
    }

    const again = new URL(url.pathname + url.search + url.hash, url);
    return again.origin === url.origin ? url.origin : again.href;
  } catch {
    return 'nowhere';
  }
}

const lines = readFileSync(0, 'utf8').split('\n').filter(line => line);
process.stdout.write(lines.map(line => JSON.stringify(originOf(...JSON.parse(line))) + '\n').join(''));
