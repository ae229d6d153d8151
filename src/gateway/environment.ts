/** What the middleware establishes for the routes behind it. */

import type { Principal } from '../model/principal.ts'

export interface GatewayEnvironment {
  Variables: {
    requestId: string
    /** Set for every route under `/v1`, and only there. */
    principal: Principal
  }
}
