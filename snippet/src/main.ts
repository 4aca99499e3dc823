// The globals. Two names for one object (wire.md 1.2), and `whence` for what is ours alone.

const api: any = {
  data,
  _initialize: calm(initialize),
  _spk: calm(() => {
    refresh();
    return click.key;
  }),
  createSignup: calm(createSignup),
  consent: calm(setConsent),
};

if (win.whence) problems.duplicate_snippet = 1;
// An embedding page of another site cannot be read: then our cookies belong to nobody.
if (!calm(() => win.top.location.href)()) problems.snippet_in_cross_site_frame = 1;

win.partnerstack = win.whence = api;

// A page that assigns its own `growsumo` would lose `createSignup`: it gets our methods, its data are read, and the
// overwriting is told.
let named = api;
win.growsumo = api;
Object.defineProperty(win, "growsumo", {
  configurable: true,
  get: () => named,
  set: calm((theirs) => {
    problems.snippet_data_overwritten = 1;
    named = theirs;
    Object.assign(theirs, { ...api, ...theirs });
  }),
});
