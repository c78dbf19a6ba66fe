import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createMemoryStore, type MemoryStore } from '../testing/memory-store.ts';
import { createLeasedLoad } from './leased-load.ts';

const place = { scope: 'tenant', name: 'page', tags: ['books'] };

/** A replica that reads the place once, with loads that end when they are told to. */
function createReplica(store = createMemoryStore()) {
  const gates: PromiseWithResolvers<string>[] = [];
  const load = vi.fn(async () => {
    const gate = Promise.withResolvers<string>();
    gates.push(gate);
    const value = await gate.promise;
    return { value, text: JSON.stringify(value), ttlMs: 1_000 };
  });
  const leasedLoad = createLeasedLoad({ store, pollMs: 1 });
  const read = async () => {
    const found = await store.lookup(place);
    if (found.state !== 'load' && found.state !== 'wait') throw new Error(`not expected: ${found.state}`);
    return await leasedLoad({ place, found, load, parse: (text): string => JSON.parse(text) });
  };
  return { store, gates, load, read };
}

test('one replica loads and the others are given what it kept', async () => {
  const first = createReplica();
  const second = createReplica(first.store);
  const reads = [first.read(), second.read()];
  await expect.poll(() => first.gates.length).toBe(1);
  first.gates[0]?.resolve('value');
  expect(await Promise.all(reads)).toEqual(['value', 'value']);
  expect(second.load).not.toHaveBeenCalled();
  expect(first.store.leases.size).toBe(0);
});

test('a load that fails is told, kept by nobody, and done by another replica at once', async () => {
  const first = createReplica();
  const second = createReplica(first.store);
  const failing = first.read();
  const waiting = second.read();
  await expect.poll(() => first.gates.length).toBe(1);
  first.gates[0]?.reject(new Error('database away'));
  await expect(failing).rejects.toThrow('database away');
  await expect.poll(() => second.gates.length).toBe(1);
  second.gates[0]?.resolve('value');
  expect(await waiting).toBe('value');
  expect([...first.store.entries.values()]).toHaveLength(1);
});

/** The holder lapses, and another replica is faster than those who wait. */
const nextHolder = (store: MemoryStore, lease: string) => {
  const [generations] = store.leases.get(place.name)?.split(' ') ?? [];
  store.leases.set(place.name, `${generations} ${lease}`);
};

test('the holder after a holder is waited for, and what either of them keeps is given to all', async () => {
  const first = createReplica();
  const second = createReplica(first.store);
  const reads = [first.read(), second.read()];
  await expect.poll(() => first.gates.length).toBe(1);
  nextHolder(first.store, 'another');
  await sleep(20);
  first.gates[0]?.resolve('value');
  expect(await Promise.all(reads)).toEqual(['value', 'value']);
  expect(second.load).not.toHaveBeenCalled();
});

test('two holders are waited for: after them a replica loads for itself', async () => {
  const { store, gates, read } = createReplica();
  await store.lookup(place);
  const waiting = read();
  for (const lease of ['second', 'third']) {
    expect(gates).toEqual([]);
    nextHolder(store, lease);
    await sleep(20);
  }
  await expect.poll(() => gates.length).toBe(1);
  gates[0]?.resolve('value');
  expect(await waiting).toBe('value');
  expect(store.entries.size).toBe(0);
});

test('one answer that does not come is no reason to load', async () => {
  const first = createReplica();
  const second = createReplica(first.store);
  const reads = [first.read(), second.read()];
  await expect.poll(() => first.gates.length).toBe(1);
  const lookup = vi.spyOn(first.store, 'lookup').mockRejectedValueOnce(new Error('too late'));
  await expect.poll(() => lookup.mock.calls.length).toBeGreaterThan(3);
  first.gates[0]?.resolve('value');
  expect(await Promise.all(reads)).toEqual(['value', 'value']);
  expect(second.load).not.toHaveBeenCalled();
});

test('a store that goes away while a replica waits does not keep it waiting', async () => {
  const { store, gates, read } = createReplica();
  await store.lookup(place);
  const waiting = read();
  store.away = new Error('connection lost');
  await expect.poll(() => gates.length).toBe(1);
  gates[0]?.resolve('value');
  expect(await waiting).toBe('value');
});

test('a value that cannot be kept is given to its caller all the same', async () => {
  const { store, gates, read } = createReplica();
  const loading = read();
  await expect.poll(() => gates.length).toBe(1);
  store.away = new Error('connection lost');
  gates[0]?.resolve('value');
  expect(await loading).toBe('value');
});

test('a change during the load keeps its value out', async () => {
  const { store, gates, read } = createReplica();
  const loading = read();
  await expect.poll(() => gates.length).toBe(1);
  await store.block('tenant', ['books'], 'writer');
  await store.unblock('tenant', ['books'], 'writer');
  gates[0]?.resolve('old');
  expect(await loading).toBe('old');
  expect(store.entries.size).toBe(0);
  expect(await store.lookup(place)).toMatchObject({ state: 'load' });
});
