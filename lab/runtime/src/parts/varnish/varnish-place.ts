/** The file that a set of rules includes for what differs from place to place. */
export const PLACE_FILE = 'varnish-place.vcl';

/** VCL: where the origin is, as backend `api`, and who may purge, as acl `purgers`. */
export function varnishPlace(origin: { readonly host: string; readonly port: number }): string {
  return `vcl 4.1;

backend api {
  .host = "${assertAddress(origin.host)}";
  .port = "${origin.port}";
  .connect_timeout = 1s;
  .first_byte_timeout = 20s;
  .between_bytes_timeout = 5s;
}

acl purgers {
  "127.0.0.1";
}
`;
}

/** It becomes a word of VCL, and a name would be looked up once, when the rules are compiled. */
function assertAddress(host: string): string {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return host;
  throw new RangeError(`${JSON.stringify(host)} is no IPv4 address.`);
}
