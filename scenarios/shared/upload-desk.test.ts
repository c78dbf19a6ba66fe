import type { RequestSpec } from '@lab/sdk';
import { describe, expect, test } from 'vitest';
import { ascii } from './byte-work.ts';
import { type Answer, type FakeOptions, fakeHandle } from './testing/fake-handle.ts';
import { type AnnouncedUpload, createUploadDesk } from './upload-desk.ts';
import { keyIn, keyOf, sendBy, wasTaken, wayIn } from './ways-in.ts';

const form = { url: 'http://store.example/shop', fields: { Key: 'incoming/1', 'content-type': 'image/png' } };
const announced = (way: object): Answer => ({ status: 201, body: { id: 'upload-1', ...way } });
const picture = { kind: 'image', contentType: 'image/png', bytes: 3 } as const;
const content = ascii('abc');

async function announceOn(options: FakeOptions) {
  const fake = fakeHandle(options);
  const desk = createUploadDesk(fake.h);
  return { ...fake, desk, upload: await desk.announce(picture) };
}

describe('the way in', () => {
  test.each([
    [{ form }, 'form'],
    [{ put: { url: 'http://store.example/shop/a', headers: {} } }, 'put'],
    [{ parts: { bytes: 5, count: 2 } }, 'parts'],
  ] as const)('%j is one', (body, kind) => {
    expect(wayIn(body)?.kind).toBe(kind);
  });

  test.each([null, {}, { form: { url: 'x' } }, { form: { url: 'x', fields: { a: 1 } } }, { put: {} }, { parts: {} }])(
    '%j is none',
    (body) => {
      expect(wayIn(body)).toBeNull();
    },
  );

  test('a key is read from a form, however its field is spelled, and from an address', () => {
    expect(keyOf(wayIn({ form }))).toBe('incoming/1');
    expect(keyOf(wayIn({ put: { url: 'http://store.example/shop/a/b%20c?X=1' } }))).toBe('a/b c');
    expect(keyOf(wayIn({ parts: { bytes: 1, count: 1 } }))).toBeNull();
    expect(keyIn('no address')).toBeNull();
  });
});

describe('announcing', () => {
  test('an upload has the id and the way that were answered', async () => {
    const { upload, sent } = await announceOn({ answer: () => announced({ form }) });
    expect(upload).toMatchObject({ id: 'upload-1', tenant: 'shop-05', way: { kind: 'form' }, atMs: 0 });
    expect(sent[0]).toMatchObject({ method: 'POST', path: '/v2/uploads', body: picture, value: 3 });
  });

  test('a refused one has neither', async () => {
    const { upload, desk } = await announceOn({ answer: () => ({ status: 409, outcome: 'fail', body: { id: 'x' } }) });
    expect(upload).toMatchObject({ id: null, way: null });
    expect(await desk.send(upload, content)).toMatchObject({ status: null, url: null });
  });
});

describe('sending', () => {
  test('a form is posted with its fields changed, by the names that it has', async () => {
    const posted: unknown[] = [];
    const { desk, upload } = await announceOn({
      answer: () => announced({ form }),
      store: (given, file, changes) => {
        posted.push([given, file, changes]);
        return { status: 403, code: 'AccessDenied' };
      },
    });
    const sent = await desk.send(upload, content, { key: 'other', contentType: 'text/html' });
    expect(posted).toEqual([[form, content, { Key: 'other', 'content-type': 'text/html' }]]);
    expect(sent).toEqual({ status: 403, code: 'AccessDenied', key: 'other', url: form.url });
    expect(wasTaken(sent)).toBe(false);
  });

  test('a PUT has the headers that were answered, but those that a browser writes', async () => {
    const asked: unknown[] = [];
    const { h } = fakeHandle();
    const open: typeof h.objects.open = async (...given) => {
      asked.push(given);
      return await h.objects.open(...given);
    };
    const objects = { ...h.objects, open };
    const put = {
      url: 'http://store.example/shop/a?sig=1',
      headers: { 'Content-Type': 'image/png', 'Content-Length': '3' },
    };
    const way = wayIn({ put });
    if (way === null) throw new Error('There is a way.');
    const signParts = async () => null;
    const sent = await sendBy(objects, { way, content, changes: { key: 'b' }, signParts });
    expect(asked).toEqual([
      ['http://store.example/shop/b?sig=1', { method: 'PUT', headers: { 'content-type': 'image/png' }, content }],
    ]);
    expect(sent).toMatchObject({ status: 200, key: 'b' });
  });

  test('parts are asked for by their numbers, and the last one holds the rest', async () => {
    const opened: string[] = [];
    const parts = [1, 2].map((number) => ({ number, url: `http://store.example/shop/a?partNumber=${number}` }));
    const { desk, upload, sent } = await announceOn({
      answer: ({ path }: RequestSpec) =>
        path.endsWith('/parts') ? { body: { parts } } : announced({ parts: { bytes: 2, count: 2 } }),
      open: (url) => {
        opened.push(url);
        return {};
      },
    });
    expect(await desk.send(upload, content)).toMatchObject({ status: 200, key: 'a' });
    expect(opened).toEqual(parts.map(({ url }) => url));
    expect(sent.at(-1)?.body).toEqual({ numbers: [1, 2] });
  });

  test('addresses that were asked for ahead are used, and no others asked for', async () => {
    const parts = [{ number: 1, url: 'http://store.example/shop/a?partNumber=1' }];
    const { desk, upload, sent } = await announceOn({
      answer: ({ path }) =>
        path.endsWith('/parts') ? { body: { parts } } : announced({ parts: { bytes: 9, count: 1 } }),
    });
    const ahead = await desk.signAhead(upload);
    expect(sent).toHaveLength(2);
    expect(await desk.send(ahead, content)).toMatchObject({ status: 200, url: parts[0]?.url });
    expect(sent).toHaveLength(2);
  });

  test('the first part that is refused ends it', async () => {
    const parts = [1, 2].map((number) => ({ number, url: `http://store.example/shop/a?partNumber=${number}` }));
    const { desk, upload } = await announceOn({
      answer: ({ path }) =>
        path.endsWith('/parts') ? { body: { parts } } : announced({ parts: { bytes: 2, count: 2 } }),
      open: (url) => ({ status: url.endsWith('1') ? 403 : 200 }),
    });
    expect((await desk.send(upload, content)).status).toBe(403);
  });
});

describe('afterwards', () => {
  const upload = { id: 'upload-1', tenant: 'shop-09' } as AnnouncedUpload;

  test('an answer to come again is followed, a few times', async () => {
    const busy: Answer = { status: 503, outcome: 'unknown' };
    const { h, sent, sleptMs } = fakeHandle({ answer: (_spec, call) => (call < 3 ? busy : { status: 202 }) });
    expect((await createUploadDesk(h).confirm(upload)).operation.status).toBe(202);
    expect(sent).toHaveLength(3);
    expect(sleptMs).toEqual([200, 300]);
    const away = fakeHandle({ answer: () => busy });
    expect((await createUploadDesk(away.h).confirm(upload)).operation.status).toBe(503);
    expect(away.sent).toHaveLength(4);
  });

  test('a decision is waited for, and not for ever', async () => {
    const { h } = fakeHandle({ answer: (_spec, call) => ({ body: { status: call < 4 ? 'scanning' : 'ready' } }) });
    expect((await createUploadDesk(h).decided(upload, 5_000)).status).toBe('ready');
    const never = fakeHandle({ answer: () => ({ body: { status: 'scanning' } }) });
    expect((await createUploadDesk(never.h).decided(upload, 500)).status).toBe('scanning');
    expect(never.h.clock.nowMs()).toBeLessThan(700);
  });

  test('a file is had where ShelfWise sends a customer, by an answer or by a redirect', async () => {
    const url = 'http://store.example/objects/1';
    for (const answer of [{ body: { url } }, { status: 302, headers: { location: url } }]) {
      const { h } = fakeHandle({ answer: () => answer, open: () => ({ content }) });
      expect(await createUploadDesk(h).download(upload)).toMatchObject({ url, status: 200, content });
    }
    const { h } = fakeHandle({ answer: () => ({ status: 409, outcome: 'fail' }) });
    expect(await createUploadDesk(h).download(upload)).toBeNull();
  });

  test('each question is asked in the name of the shop that it is of', async () => {
    const { h, logins } = fakeHandle();
    await createUploadDesk(h, 'shop-12').look(upload);
    expect(logins[0]?.body).toMatchObject({ tenant: 'shop-09' });
  });
});
