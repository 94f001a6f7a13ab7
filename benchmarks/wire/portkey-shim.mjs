// Portkey's gateway 1.15.2 appends to the headers of fetched responses, which are read-only with the releases of Hono
// that npm installs beside it today: every stream ends in a 500. Handing it writable headers lets it be measured.
const fetched = globalThis.fetch;
const NativeResponse = globalThis.Response;
globalThis.fetch = async (...request) => {
  const { body, status, statusText, headers } = await fetched(...request);
  return new NativeResponse(body, { status, statusText, headers: new Headers(headers) });
};
