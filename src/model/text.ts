/** Text for people, in the two languages of the product. */

export type Language = 'en' | 'zh'

export interface Text {
  readonly en: string
  readonly zh: string
}
