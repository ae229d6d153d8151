/** The operational log as JSON lines, written by Pino. */

import { type DestinationStream, pino } from 'pino'
import type { Log } from '../pipeline/ports.ts'

/** @param destination Where lines go; standard output unless told otherwise. */
export function createPinoLog(destination?: DestinationStream): Log {
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime }
  const logger = destination === undefined ? pino(options) : pino(options, destination)
  return {
    info: (fields, event) => logger.info(fields, event),
    error: (fields, event) => logger.error(fields, event),
  }
}
