/** Whether a file names itself an MP4 in its first bytes. A hint and no proof: its boxes are looked at besides. */
export async function isMp4(head: Uint8Array): Promise<boolean> {
  // Loaded by the first video: it knows hundreds of types.
  const { fileTypeFromBuffer } = await import('file-type');
  return (await fileTypeFromBuffer(head))?.mime === 'video/mp4';
}
