import { readFile } from 'node:fs/promises';
import { Router } from 'express';

const FILES = [
  ['/uploads', 'uploads-page.html', 'html'],
  ['/uploads/page.css', 'uploads-page.css', 'css'],
  ['/uploads/page.js', 'uploads-page.js', 'text/javascript'],
  ['/uploads/sending.js', 'sending.js', 'text/javascript'],
  ['/uploads/words.js', 'words.js', 'text/javascript'],
] as const;

/** A page that signs in and sends files, for people. It may speak to us and to the store, and run nothing inline. */
export async function uploadPageRoutes(storeOrigin: string): Promise<Router> {
  const router = Router();
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${storeOrigin}`,
    `img-src ${storeOrigin}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  for (const [path, file, type] of FILES) {
    const text = await readFile(new URL(file, import.meta.url), 'utf8');
    router.get(path, (_request, response) => {
      response.setHeader('Content-Security-Policy', policy);
      response.setHeader('Cache-Control', 'no-cache');
      response.type(type).send(text);
    });
  }
  return router;
}
