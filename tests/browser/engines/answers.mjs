// What the present page has asked for and got an answer to. A page of its own accord does not know: where nobody reads an
// answer's body, Chromium keeps no record of it for the page.

/** Answers a function that tells whether an address with `part` in it was answered since the last page was opened. */
export function answers(page) {
  let seen = [];
  page.on("request", (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) seen = [];
  });
  page.on("response", (response) => seen.push(response.url()));
  return async (part) => seen.some((url) => url.includes(part));
}
