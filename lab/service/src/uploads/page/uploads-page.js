import { sendFile } from '/uploads/sending.js';

const byId = (id) => document.getElementById(id);
const POLL_MS = 700;
const SETTLED = new Set(['ready', 'rejected', 'failed']);
const WORDS = {
  sending: 'Sending',
  pending: 'Waiting for the file',
  uploaded: 'Arrived, waiting to be scanned',
  scanning: 'Being scanned and processed',
  ready: 'Ready',
  rejected: 'Rejected',
  failed: 'Failed',
};
const REASONS = {
  infected: 'the virus scanner found something',
  'type-not-allowed': 'its content is no JPEG, PNG, WebP or MP4',
  'not-only-an-image': 'it holds more than an image',
  'too-many-pixels': 'it has too many pixels',
  'content-broken': 'it is broken',
  'checksum-mismatch': 'it is not the file that was announced',
  'too-large-to-scan': 'it is too large for the virus scanner',
  expired: 'it did not arrive in time',
  replaced: 'it was replaced after it had arrived',
};

// Kept in this page alone, and gone with it.
let token;

async function ask(path, { method = 'GET', body } = {}) {
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return answer;
  const message = answer?.detail ?? answer?.title ?? `The service answered ${response.status}.`;
  throw Object.assign(new Error(message), { status: response.status });
}

byId('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  try {
    const credentials = Object.fromEntries(new FormData(form));
    ({ accessToken: token } = await ask('/v2/auth/token', { method: 'POST', body: credentials }));
    form.hidden = true;
    byId('send').hidden = false;
    byId('files').focus();
    say('');
  } catch (error) {
    say(error.message);
  }
});

byId('send').addEventListener('submit', (event) => {
  event.preventDefault();
  for (const file of byId('files').files) start(file);
  event.currentTarget.reset();
});

function start(file) {
  const item = byId('upload').content.firstElementChild.cloneNode(true);
  byId('uploads').prepend(item);
  item.querySelector('.name').textContent = file.name;
  item.querySelector('progress').setAttribute('aria-label', `Sent of ${file.name}`);
  const upload = {};
  const again = item.querySelector('.again');
  /** What goes wrong is said where it was asked for. */
  const onClick = (button, work) =>
    item.querySelector(button).addEventListener('click', () => work().catch((error) => show(item, error.message)));
  const run = async () => {
    again.hidden = true;
    try {
      await follow(item, upload, file);
    } catch (error) {
      again.hidden = false;
      throw error;
    }
  };
  onClick('.again', run);
  onClick('.download', async () => location.assign(await urlOf(upload, 'original')));
  onClick('.remove', async () => {
    await ask(`/v2/uploads/${upload.id}`, { method: 'DELETE' });
    item.remove();
    byId('files').focus();
  });
  run().catch((error) => show(item, error.message));
}

async function follow(item, upload, file) {
  const progress = item.querySelector('progress');
  show(item, WORDS.sending);
  await sendFile(ask, file, upload, (percent) => {
    progress.value = percent;
  });
  progress.value = 100;
  for (;;) {
    const { status, reason } = await ask(`/v2/uploads/${upload.id}`);
    show(item, reason === null ? WORDS[status] : `${WORDS[status]}: ${REASONS[reason] ?? reason}`);
    if (!SETTLED.has(status)) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      continue;
    }
    progress.hidden = true;
    item.querySelector('.remove').hidden = false;
    if (status === 'ready') await showReady(item, upload, file);
    return;
  }
}

async function showReady(item, upload, file) {
  item.querySelector('.download').hidden = false;
  if (!file.type.startsWith('image/')) return;
  const image = item.querySelector('img');
  image.src = await urlOf(upload, 'thumbnail');
  image.alt = `Thumbnail of ${file.name}`;
  image.hidden = false;
}

/** An image and a link carry no token, so the address is asked for first. It opens one object for some minutes. */
async function urlOf(upload, variant) {
  return (await ask(`/v2/uploads/${upload.id}/content?variant=${variant}`)).url;
}

function show(item, text) {
  item.querySelector('.status').textContent = text;
}

function say(text) {
  byId('message').textContent = text;
}
