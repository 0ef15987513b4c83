/**
 * The nonce of this page's policy: a script may read it from its own element, while the attribute is hidden from
 * others.
 */
export const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';

// The scroll lock of the dialogs makes a style element of its own and asks for the nonce under this name.
Object.assign(globalThis, { __webpack_nonce__: nonce });
