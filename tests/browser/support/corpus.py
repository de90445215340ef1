"""Strings that attack a program that shows them, for every channel by which text can reach the page."""

from __future__ import annotations

from tests.nightly import IS_NIGHT

#: Strings that run a script or create an element where text is parsed as markup.
MARKUP = (
    "<script>window.owned=1</script>",
    "<img src=x onerror=window.owned=1>",
    "<svg onload=window.owned=1>",
    "<svg><script>window.owned=1</script></svg>",
    "<svg><animate onbegin=window.owned=1 attributeName=x dur=1s>",
    "<iframe src=javascript:window.owned=1></iframe>",
    "<iframe srcdoc='<script>parent.owned=1</script>'></iframe>",
    "<template><script>window.owned=1</script></template>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.owned=1>",
    "<noscript><p title='</noscript><img src=x onerror=window.owned=1>'>",
    "<object data=javascript:window.owned=1></object>",
    "<embed src=//127.0.0.1:9/x>",
    "<link rel=stylesheet href=//127.0.0.1:9/x>",
    "<meta http-equiv=refresh content='0;url=javascript:window.owned=1'>",
    "<base href=//127.0.0.1:9/>",
    "<form action=javascript:window.owned=1><button autofocus onfocus=window.owned=1>",
    "<input autofocus onfocus=window.owned=1>",
    "<details open ontoggle=window.owned=1>",
    "<video src=x onerror=window.owned=1></video>",
    "<body onload=window.owned=1>",
    "<style>@import '//127.0.0.1:9/x'; *{display:none}</style>",
    "<b id=planted style=position:fixed;inset:0>over all</b>",
    "<a href=javascript:window.owned=1 id=planted>click</a>",
    "<x-planted onclick=window.owned=1>",
    "<!--><img src=x onerror=window.owned=1>-->",
    "<![CDATA[<img src=x onerror=window.owned=1>]]>",
    "<img/src=`x`onerror=window.owned=1>",
    "<scr<script>ipt>window.owned=1</scr</script>ipt>",
    "&lt;img src=x onerror=window.owned=1&gt;",
    "%3Cimg%20src=x%20onerror=window.owned=1%3E",
    "\\u003cimg src=x onerror=window.owned=1\\u003e",
)
#: Strings that break out of an attribute, a string or a template.
BREAKERS = (
    '"><img src=x onerror=window.owned=1>',
    "' onmouseover='window.owned=1",
    '" autofocus onfocus="window.owned=1',
    "`${window.owned=1}`",
    "</textarea><script>window.owned=1</script>",
    "</title><script>window.owned=1</script>",
    "</pre></script><script>window.owned=1</script>",
    "{{constructor.constructor('window.owned=1')()}}",
    "${7*7} #{7*7} <%= 7*7 %> {% raw %}",
    "');window.owned=1;//",
    "*/window.owned=1;/*",
    '\\";window.owned=1;//',
    "url(javascript:window.owned=1)",
    "expression(window.owned=1)",
    "]]>\"'--><x>",
)
#: Addresses that must not become links.
ADDRESSES = (
    "javascript:window.owned=1",
    "JaVaScRiPt:window.owned=1",
    "javascript://example.com/%0Awindow.owned=1",
    "data:text/html,<script>window.owned=1</script>",
    "vbscript:window.owned=1",
    "blob:null/0",
    "view-source:x",
)
#: Strings that reverse or hide text, or that attack another program.
ODD = (
    "\u202e!gnp.exe\u202c",
    "\u202e\u202e\u202e never closed",
    "\u2066\u2067\u2068 isolates never closed",
    "\u200f\u05d0\u05d1\u05d2 \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "zero\u200bwidth\u200d\ufeff",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "Z\u0351\u036b\u0343" + "\u0351\u036b\u0343" * 60 + "algo",
    "W" * 5000,
    "👩‍👩‍👧‍👦🏳️‍🌈\ufffd\U0010ffff",
    '=HYPERLINK("http://127.0.0.1:9/","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "toString",
    '{"__proto__":{"owned":1}}',
    "null",
    "../../../etc/passwd",
    "'; DROP TABLE links;--",
)

CORPUS = MARKUP + BREAKERS + ADDRESSES + ODD
#: For the slow channels: every fifth string with a push, all of them at night.
SAMPLE = CORPUS if IS_NIGHT else CORPUS[::5]
