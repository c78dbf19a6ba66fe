/**
 * Loaded into a process before its own code: its clock shows another time from then on, as that of a machine whose time
 * is not kept. Durations and timers are as they were. Only code that asks the time in JavaScript sees it, which is what
 * the service does. A library such as libfaketime would need to be installed.
 */
const aheadMs = Number(new URL(import.meta.url).searchParams.get('aheadMs'));
const MachineDate = Date;
const now = (): number => MachineDate.now() + aheadMs;

globalThis.Date = new Proxy(MachineDate, {
  construct: (target, given, made): Date => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  apply: () => new MachineDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
const timeOrigin = performance.timeOrigin + aheadMs;
Object.defineProperty(performance, 'timeOrigin', { get: () => timeOrigin });
