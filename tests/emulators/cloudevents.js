// Sends events with the official CloudEvents SDK, in each of its modes, and prints what the server answered.
const { CloudEvent, HTTP } = require('cloudevents');

const [, , url, time] = process.argv;
const event = (id, data, more = {}) => new CloudEvent({
  id, source: '/shop/boots', type: 'com.example.shop.view', time, consentpurposes: 'personalization training',
  data: { visitor: 'v-cloud', item: 'böot', ...data }, ...more,
});

async function send(name, message) {
  const answer = await fetch(url, { method: 'POST', headers: message.headers, body: message.body });
  return { name, status: answer.status, results: (await answer.json()).results };
}

(async () => {
  const batch = [event('b-1'), event('b-2', {}, { type: 'com.example.shop.click' }), event('b-3', {}, { consentpurposes: 'marketing' })];
  console.log(JSON.stringify([
    await send('binary', HTTP.binary(event('c-1'))),
    await send('structured', HTTP.structured(event('c-2'))),
    await send('batch', { headers: { 'content-type': 'application/cloudevents-batch+json' }, body: JSON.stringify(batch) }),
    await send('resent', HTTP.structured(event('c-1'))),
    await send('other source', HTTP.structured(event('c-1', {}, { source: '/other' }))),
  ]));
})();
