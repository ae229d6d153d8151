import { it } from 'vitest'
import { crashRounds } from '../support/crash-rounds.ts'

it('loses no acknowledged job and charges none twice when it is killed', async () => {
  await crashRounds(3, 1)
}, 60_000)
