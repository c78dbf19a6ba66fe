import { createServer } from 'node:http';
import process from 'node:process';

// The lab's own target: under the same load it shows whether the machine or the service was slow.

const port = Number(process.argv[2]);
const server = createServer((request, response) => {
  request.resume();
  response.statusCode = request.url?.startsWith('/echo') ? 204 : 404;
  response.end();
});
server.keepAliveTimeout = 60_000;
server.listen(port, '127.0.0.1', () => process.stdout.write(`listening on ${port}\n`));
process.once('SIGTERM', () => process.exit(0));
