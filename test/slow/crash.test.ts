import { it } from 'vitest'
import { crashRounds } from '../support/crash-rounds.ts'

it('loses no acknowledged job and charges none twice when it is killed fifty times', async () => {
  await crashRounds(50, 2)
})
