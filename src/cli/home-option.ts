/** `--home`: commands that work on the folder of a deployment. */

export const HOME = { home: { type: 'string' } } as const

/** The option as commands pass it on: absent where it was not given. */
export function homeOf({ home }: { readonly home?: string | undefined }): { home?: string } {
  return home === undefined ? {} : { home }
}
