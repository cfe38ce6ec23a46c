/** The platform's version, which plugins name in `requires.core`. A test holds it against package.json. */
export const VERSION = '0.1.0';
