/** The nonce of this page load: styles made at run time must bear it, or the content policy drops them. */
export function readStyleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}

/** For libraries that add style elements of their own and look for the nonce here. */
export function announceNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: readStyleNonce() })
}
