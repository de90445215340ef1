"""Trusted Types in the page, whose policy lets no text become a script's URL or HTML."""

#: A JavaScript expression: a policy that tests can use, because the page allows several of its name. Where there are no Trusted Types, texts stay as they are.
POLICY = """(() => {
  const rules = {createScriptURL: (url) => url, createHTML: (html) => html};
  return globalThis.trustedTypes?.createPolicy("json-head", rules) ?? rules;
})()"""
