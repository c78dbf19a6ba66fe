/** Walks two lists in the order of ids side by side; neither is ever held as a whole. */
export async function* pairById<
  Left extends { readonly uploadId: string },
  Right extends { readonly uploadId: string },
>(
  lefts: AsyncIterable<Left>,
  rights: AsyncIterable<Right>,
): AsyncIterable<{ readonly uploadId: string; readonly left: Left | undefined; readonly right: Right | undefined }> {
  const [nextLeft, nextRight] = [lefts[Symbol.asyncIterator](), rights[Symbol.asyncIterator]()];
  const step = async <T>(iterator: AsyncIterator<T>): Promise<T | undefined> => (await iterator.next()).value;
  let [left, right] = [await step(nextLeft), await step(nextRight)];
  while (left || right) {
    const isLeft = left !== undefined && (right === undefined || left.uploadId <= right.uploadId);
    const isRight = right !== undefined && (left === undefined || right.uploadId <= left.uploadId);
    const uploadId = (isLeft ? left : right)?.uploadId ?? '';
    yield { uploadId, left: isLeft ? left : undefined, right: isRight ? right : undefined };
    if (isLeft) left = await step(nextLeft);
    if (isRight) right = await step(nextRight);
  }
}
