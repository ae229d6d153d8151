/** A stream of random bytes, as the samplers see it: they neither know nor care about its key. */

export interface ByteStream {
  /** The next bytes of the stream. */
  take(count: number): Uint8Array
}
