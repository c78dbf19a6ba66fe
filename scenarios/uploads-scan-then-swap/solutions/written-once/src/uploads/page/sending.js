// How a file gets to the store: in one form, or in parts of which each can be sent again. No byte goes through the API.

const PARTS_FROM_BYTES = 100_000_000;
const PART_ATTEMPTS = 5;
const CONFIRM_ATTEMPTS = 60;
const UNAVAILABLE = 503;

/**
 * @param {(path: string, options?: { method?: string, body?: unknown }) => Promise<any>} ask the API
 * @param {File} file
 * @param {{ id?: string }} upload filled as soon as there is one, so that a second try goes on with it
 * @param {(percent: number) => void} onProgress
 */
export async function sendFile(ask, file, upload, onProgress) {
  const kind = file.type.startsWith('video/') ? 'video' : 'image';
  if (kind === 'image' || file.size <= PARTS_FROM_BYTES) {
    const announced = { kind, contentType: file.type, bytes: file.size };
    const { id, put } = await ask('/v2/uploads', { method: 'POST', body: announced });
    upload.id = id;
    await sendPut(put, file, onProgress);
  } else {
    await sendParts(ask, file, upload, onProgress);
  }
  await confirm(ask, upload.id);
}

/** To join the parts of a large file takes the store a while; until then the service asks to come again. */
async function confirm(ask, id) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask(`/v2/uploads/${id}/confirm`, { method: 'POST' });
    } catch (error) {
      if (error.status !== UNAVAILABLE || attempt === CONFIRM_ATTEMPTS) throw error;
      await pause(1_000);
    }
  }
}

function sendPut({ url, headers }, file, onProgress) {
  return request('PUT', url, file, (sent, total) => onProgress((100 * sent) / total), headers);
}

async function sendParts(ask, file, upload, onProgress) {
  if (upload.id === undefined) {
    const announced = { kind: 'video', contentType: file.type, bytes: file.size, multipart: true };
    upload.id = (await ask('/v2/uploads', { method: 'POST', body: announced })).id;
  }
  const { partBytes, count, received } = await ask(`/v2/uploads/${upload.id}/parts`);
  const there = new Set(received.map(({ number }) => number));
  for (let number = 1; number <= count; number += 1) {
    if (there.has(number)) continue;
    const start = (number - 1) * partBytes;
    const part = file.slice(start, Math.min(file.size, start + partBytes));
    await sendPart(ask, upload.id, number, part, (sent) => onProgress((100 * (start + sent)) / file.size));
  }
}

async function sendPart(ask, id, number, part, onSent) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { parts } = await ask(`/v2/uploads/${id}/parts`, { method: 'POST', body: { numbers: [number] } });
      return await request('PUT', parts[0].url, part, onSent);
    } catch (error) {
      if (attempt === PART_ATTEMPTS) throw error;
      await pause(500 * 2 ** attempt * (0.7 + 0.6 * Math.random()));
    }
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** XMLHttpRequest, because fetch does not tell how much has been sent. */
function request(method, url, body, onSent, headers = {}) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.upload.addEventListener('progress', ({ loaded, total }) => onSent(loaded, total));
    xhr.addEventListener('load', () => {
      if (xhr.status >= 200 && xhr.status < 300) resolve();
      else reject(new Error(`The store refused the file (${storeCode(xhr.responseText) ?? xhr.status}).`));
    });
    xhr.addEventListener('error', () => reject(new Error('The connection to the store broke.')));
    xhr.send(body);
  });
}

function storeCode(text) {
  return /<Code>(\w+)<\/Code>/.exec(text)?.[1];
}
