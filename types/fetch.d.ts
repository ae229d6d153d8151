/** A name of the Fetch standard that `@hono/node-server` uses and the types of Node 20 lack. */

type RequestInfo = string | URL | Request
