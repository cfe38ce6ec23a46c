/** A text shown to operators in both languages of the product. */
export interface Text {
  zh: string;
  en: string;
}
