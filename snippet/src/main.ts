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

win.growsumo = win.partnerstack = win.whence = api;

// A page that assigns its own `growsumo` would lose `createSignup`: it gets the methods that it lacks, and its data are
// read. Where it has a `createSignup` of its own, no sign-up will ever reach us: hence the overwriting is told at once,
// and once.
let named = api;
Object.defineProperty(win, "growsumo", {
  configurable: true,
  get: () => named,
  set: calm((theirs) => {
    // A second tag's object is no overwriting: `whence` is that object by then.
    if (theirs != win.whence && !problems.snippet_data_overwritten) {
      problems.snippet_data_overwritten = 1;
      started && visit();
    }
    Object.assign((named = theirs), { ...api, ...theirs });
  }),
});
