// The one style sheet. Contrast is 4.5 at least, in the dark too; what one presses is 44 pixels
// high.
#include "portal/pages.hpp"

namespace kaido::portal {

std::string_view style_sheet() {
  return R"(:root {
  color-scheme: light dark;
  --ground: #ffffff;
  --ink: #1a1c20;
  --quiet: #53575f;
  --line: #767b85;
  --deep: #0b4f8a;
  --on-deep: #ffffff;
  --bad: #9b1c1c;
  --bad-ground: #fdecec;
  --good-ground: #e6f4ea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #16181c;
    --ink: #eceef1;
    --quiet: #b4b9c2;
    --line: #8a909b;
    --deep: #8ec5ff;
    --on-deep: #10202f;
    --bad: #ffb4ab;
    --bad-ground: #3b1a19;
    --good-ground: #173022;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.6 system-ui, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", sans-serif;
  overflow-wrap: anywhere;
}
header, main { max-width: 40rem; margin: 0 auto; padding: 0.5rem 1rem; }
header {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0 1rem;
  border-bottom: 1px solid var(--line);
}
.brand { margin: 0; font-weight: 700; }
.language { margin-left: auto; }
nav { display: flex; flex-wrap: wrap; gap: 0 1rem; }
nav a, .language { display: inline-flex; align-items: center; min-height: 2.75rem; }
[aria-current="page"] { font-weight: 700; color: var(--ink); }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 1.25rem 0 0.75rem; }
h2 { font-size: 1.2rem; line-height: 1.4; margin: 1.5rem 0 0.5rem; }
a { color: var(--deep); text-underline-offset: 0.2em; }
a:focus-visible, button:focus-visible, input:focus-visible {
  outline: 3px solid var(--deep);
  outline-offset: 2px;
}
label { display: block; margin-top: 1rem; font-weight: 600; }
.hint { margin: 0; color: var(--quiet); }
input {
  display: block;
  width: 100%;
  max-width: 24rem;
  min-height: 2.75rem;
  margin-top: 0.25rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.375rem;
  background: var(--ground);
  color: var(--ink);
  font: inherit;
}
button, .button {
  display: inline-flex;
  align-items: center;
  min-height: 2.75rem;
  padding: 0.25rem 1.25rem;
  border: 1px solid var(--deep);
  border-radius: 0.375rem;
  background: var(--deep);
  color: var(--on-deep);
  font: inherit;
  font-weight: 600;
  text-decoration: none;
  cursor: pointer;
}
form > button { margin-top: 1.25rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0 1rem; margin-bottom: 0.75rem; }
.error, .notice { padding: 0.75rem 1rem; border-radius: 0.375rem; border-left: 4px solid; }
.error { border-color: var(--bad); background: var(--bad-ground); }
.notice { border-color: var(--deep); background: var(--good-ground); }
dl { margin: 0.75rem 0; }
dl > div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0.25rem 0; }
dt { min-width: 6rem; color: var(--quiet); }
dd { margin: 0; }
.devices { list-style: none; margin: 0; padding: 0; }
.devices > li { border-top: 1px solid var(--line); margin-top: 1rem; }
.mark { margin-left: 0.25rem; color: var(--quiet); font-size: 1rem; font-weight: 400; }
.qr { display: block; width: 20rem; max-width: 100%; height: auto; background: #ffffff; }
pre {
  margin: 0;
  padding: 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.375rem;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
)";
}

}  // namespace kaido::portal
