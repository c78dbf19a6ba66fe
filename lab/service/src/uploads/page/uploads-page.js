import { sendFile } from '/uploads/sending.js';
import { refusalWords, SIGNED_OUT, SLOW, statusWords, UNREACHABLE, WORDS, WRONG_CREDENTIALS } from '/uploads/words.js';

const byId = (id) => document.getElementById(id);
const POLL_MS = 700;
const SETTLED = new Set(['ready', 'rejected', 'failed']);
/** Longer than a scan takes when nothing is wrong. */
const SLOW_MS = 5_000;

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
  }).catch(() => {
    throw new Error(UNREACHABLE);
  });
  const answer = parse(await response.text());
  if (response.ok) return answer;
  throw Object.assign(new Error(messageOf(response, answer)), { status: response.status, errors: answer?.errors });
}

function messageOf({ status }, answer) {
  if (answer?.code === 'INVALID_CREDENTIALS') return WRONG_CREDENTIALS;
  if (status === 401) return SIGNED_OUT;
  return answer?.detail ?? answer?.title ?? `The service answered ${status}.`;
}

/** Whatever stands between us and the service may answer with a page of its own. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
  for (const button of item.querySelectorAll('button')) {
    button.setAttribute('aria-label', `${button.textContent}: ${file.name}`);
  }
  const upload = { isSent: false };
  const again = item.querySelector('.again');
  /** What goes wrong is said where it was asked for. */
  const tell = (error) => {
    if (error.status === 401) byId('sign-in').hidden = false;
    show(item, refusalWords(error, file) ?? error.message);
  };
  const onClick = (button, work) => item.querySelector(button).addEventListener('click', () => work().catch(tell));
  const run = async () => {
    again.hidden = true;
    try {
      await follow(item, upload, file);
    } catch (error) {
      again.hidden = refusalWords(error, file) !== undefined;
      settle(item);
      throw error;
    }
  };
  onClick('.again', run);
  onClick('.download', async () => location.assign(await urlOf(upload, 'original')));
  onClick('.remove', async () => {
    if (upload.id !== undefined) await ask(`/v2/uploads/${upload.id}`, { method: 'DELETE' });
    item.remove();
    byId('files').focus();
  });
  run().catch(tell);
}

async function follow(item, upload, file) {
  const progress = item.querySelector('progress');
  progress.hidden = false;
  item.querySelector('.remove').hidden = true;
  if (!upload.isSent) {
    show(item, WORDS.sending);
    await sendFile(ask, file, upload, (percent) => {
      progress.value = percent;
    });
    upload.isSent = true;
  }
  progress.value = 100;
  const sentAt = performance.now();
  for (;;) {
    const state = await ask(`/v2/uploads/${upload.id}`);
    if (SETTLED.has(state.status)) {
      show(item, statusWords(state));
      settle(item);
      if (state.status === 'ready') await showReady(item, upload, file);
      return;
    }
    show(item, performance.now() - sentAt > SLOW_MS ? SLOW : statusWords(state));
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Nothing more happens by itself. */
function settle(item) {
  item.querySelector('progress').hidden = true;
  item.querySelector('.remove').hidden = false;
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

/** Each change is read out, so the same is not said twice. */
function show(item, text) {
  const status = item.querySelector('.status');
  if (status.textContent !== text) status.textContent = text;
}

function say(text) {
  byId('message').textContent = text;
}
