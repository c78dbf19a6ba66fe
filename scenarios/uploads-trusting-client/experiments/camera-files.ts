import type { ExperimentHandle } from '@lab/sdk';
import { ascii, bigEndian, joined, littleEndian } from '../../shared/byte-work.ts';
import { jpegOf, pngOf, webpOf } from '../../shared/sample-images.ts';
import type { FileToBring } from './follow.ts';
import { pngInternationalText, pngPiece } from './png-pieces.ts';

/** What programs for pictures write into each: it is markup, and no page. */
const xmp = [
  '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">',
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""',
  ' xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
].join('');

/** Pictures as people have them: with what cameras and programs leave beside the pixels. */
export function cameraFiles(h: ExperimentHandle): readonly FileToBring[] {
  const size = () => ({ width: h.random.integer(40, 160), height: h.random.integer(30, 120) });
  const image = { kind: 'image', expected: 'ready' } as const;
  return [
    { ...image, what: 'a JPEG of a camera', contentType: 'image/jpeg', content: cameraJpeg(h, size()) },
    { ...image, what: 'a PNG of a drawing program', contentType: 'image/png', content: drawnPng(h, size()) },
    { ...image, what: 'a WebP with a description', contentType: 'image/webp', content: describedWebp(h, size()) },
  ];
}

type Size = Parameters<typeof jpegOf>[1];

const jfifEnd = 20;

function cameraJpeg({ random }: ExperimentHandle, size: Size): Uint8Array {
  const plain = jpegOf(random, size, `taken ${random.integer(0, 1_000_000_000)}`);
  const segment = (data: Uint8Array): Uint8Array =>
    joined(Uint8Array.of(0xff, 0xe1), bigEndian(data.length + 2, 2), data);
  // One entry: upright.
  const exif = joined(ascii('Exif\0\0MM\0*'), bigEndian(8, 4), bigEndian(1, 2), orientation, bigEndian(0, 4));
  const description = joined(ascii('http://ns.adobe.com/xap/1.0/\0'), ascii(xmp));
  return joined(plain.subarray(0, jfifEnd), segment(exif), segment(description), plain.subarray(jfifEnd));
}

const orientation = joined(bigEndian(0x0112, 2), bigEndian(3, 2), bigEndian(1, 4), bigEndian(1, 2), bigEndian(0, 2));

function drawnPng({ random }: ExperimentHandle, size: Size): Uint8Array {
  return pngOf(
    random,
    size,
    pngPiece('gAMA', bigEndian(45_455, 4)),
    pngPiece('pHYs', joined(bigEndian(2_835, 4), bigEndian(2_835, 4), Uint8Array.of(1))),
    pngInternationalText('XML:com.adobe.xmp', ascii(xmp)),
  );
}

const riffHeadBytes = 12;
const holdsXmp = 0x04;

function describedWebp({ random }: ExperimentHandle, size: Size): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Uint8Array =>
    joined(ascii(type), littleEndian(data.length, 4), data, new Uint8Array(data.length % 2));
  const head = joined(
    Uint8Array.of(holdsXmp, 0, 0, 0),
    littleEndian(size.width - 1, 3),
    littleEndian(size.height - 1, 3),
  );
  const pixels = webpOf(random, size).subarray(riffHeadBytes);
  const body = joined(ascii('WEBP'), chunk('VP8X', head), pixels, chunk('XMP ', ascii(xmp)));
  return joined(ascii('RIFF'), littleEndian(body.length, 4), body);
}
