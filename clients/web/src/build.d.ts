/** What build.mjs puts in. */
declare const VERSION: string;
declare const STYLE: string;
/** Paths of each typology's icon on a grid of 24. */
declare const ICONS: Readonly<Record<string, readonly string[]>>;

declare module "forewarn:words" {
  type Words = Record<keyof import("./alert").Words, string>;
  export const bundled: Readonly<Record<string, Words>>;
  export const loaders: Readonly<Record<string, () => Promise<{ default: Words }>>>;
}
