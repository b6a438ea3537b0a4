// Answers page loads with the cached page, but leaves those alone that are for the broker: by the expression of docs/spa.md.
const DENYLIST = [/^\/(login|callback|logout|api)([/?]|$)/];

addEventListener('install', (event) => {
  skipWaiting();
  event.waitUntil(caches.open('page').then((cache) => cache.add('/')));
});
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const { pathname, search } = new URL(event.request.url);
  if (event.request.mode === 'navigate' && !DENYLIST.some((one) => one.test(pathname + search))) event.respondWith(caches.match('/'));
});
