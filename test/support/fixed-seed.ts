/** Property tests draw the same cases in every run; to look for new ones, change the seed. */

import fc from 'fast-check'

fc.configureGlobal({ seed: 2026 })
