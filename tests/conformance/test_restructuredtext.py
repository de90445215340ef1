"""Links of reStructuredText are those of docutils, the reference implementation."""

from __future__ import annotations

import random

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from json_head.extract import Source, links

from tests.conformance.conftest import Record

_SETTINGS = {"report_level": 5, "halt_level": 5, "file_insertion_enabled": False, "_disable_config": True}

DOCUMENTS = [
    """\
Title https://e.test/title
==========================

A `text <https://e.test/a>`_ and `two
lines <https://e.test/b>`__. See (https://e.test/c). `named`_ ``https://no`` https://e.test/d\\_x, <https://e.test/f>.
"https://e.test/g" 'https://e.test/h'; https://e.test/wiki/A_(b) https://e.test/q?x=1&y=2#f. x\\ https://e.test/z\\ s
`r <u\\_22>`_ `s <u23 u24>`_ `<u25>`_ `a<no>`_ `t <https://e.t/x_>`_ x`u <no>`_ `v <u26>`_, (`w <u27>`_) `alias <named_>`_

.. _named: https://e.test/n
.. _`a: b`: https://e.test/long/
   path/x
.. __: https://e.test/anon
.. _next:
   https://e.test/next
__ https://e.test/anon2
.. _indirect: named_
.. _internal:
.. _rel: ../file.html
.. _esc\\: aped: u32
.. |sub| image:: sub.png
   :target: u35
.. |rep| replace:: see https://e.test/rep
""",
    """\
.. image:: https://e.test/i.png
   :alt: Alt
   :target: https://e.test/t

.. figure:: fig.png
   :target: u21
     /cont

   Caption https://e.test/cap

   Legend `x <leg.html>`_

Literal::

   https://no `x <no>`_

Quoted::

> https://no

- item `i <https://e.test/li>`_
- item
  more `j <https://e.test/lj>`_::

    https://no

  after https://e.test/after

- .. image:: nested.png
     :target: u40
- - .. code::

      https://no

    back https://e.test/back

.. code-block:: python

   https://no

.. comment https://no
   https://no

..

   quote https://e.test/bq

>>> print("https://no")
https://no
""",
    """\
.. note:: text https://e.test/note

   more `k <https://e.test/k>`_

   ::

     `no <no>`_

   .. image:: u14

.. [1] footnote https://e.test/fn
   second `l <https://e.test/fn2>`_
.. [#a] x https://e.test/fa
.. [CIT] y https://e.test/cit

:Field: https://e.test/field
:Other field: a
   https://e.test/field2

term https://e.test/term
   definition https://e.test/def

+-----------------------+-------------------+
| `cell                 | https://e.t/0     |
| <https://e.t/1>`_     | test/x            |
+=======================+===================+
| span `x               | y `z    | `q      |
| <https://e.t/3>`_     | <u3>`_  | <u4>`__ |
|                       +---------+---------+
| more `w <u5>`_        | - `v <u6>`_       |
+-----------------------+-------------------+

=====  =====================
a      `x <https://e.t/3>`_
b      https://e.t/4
=====  =====================

| line https://e.t/5
| block `x
  y <https://e.t/6>`_

-a, --all  option https://e.t/8

.. parsed-literal::

   `n <u16>`_ ``no``

.. list-table::

   * - `o <u17>`_
     - https://e.t/10
   * - .. image:: u18
     - b
""",
]


def ours(text: str) -> set[str]:
    return {link.url for link in links(Source(text, format="rst"))}


def docutils_links(text: str) -> set[str]:
    document = publish_doctree(text, settings_overrides=_SETTINGS)
    found = {node["refuri"] for node in document.findall() if isinstance(node, nodes.Element) and "refuri" in node}
    return found | {node["uri"] for node in document.findall(nodes.image)}


@pytest.mark.parametrize("text", DOCUMENTS)
def test_links_of_a_document_are_those_of_docutils(text: str) -> None:
    assert ours(text) == docutils_links(text)


def test_links_of_random_documents_are_those_of_docutils(record: Record) -> None:
    pick = random.Random(15)
    texts = (
        "text `a <u{}>`_ b", "https://e.test/{}.", "(https://e.test/{})", "``no{}``", "text::", "`a`_ `b <c_>`_", "word",
        "\\`esc <no{}>`_", "x`no <no{}>`_", "`y <u{}>`__, z", "https://e.test/{}/(a)_b, c",
    )  # fmt: skip
    blocks = (
        "::", ".. image:: i{}\n   :target: t{}", ".. _n{}: v{}", ".. __: w{}", "__ x{}", ".. code::\n\n   https://no{}",
        ">>> https://no{}", ".. _m{}:\n   y{}", "`two\n  <u{}>`_", ".. comment\n   https://no{}",
    )  # fmt: skip
    cases = 1_000
    for _ in range(cases):
        parts = ["x"]
        for number in range(pick.randrange(1, 6)):
            block = pick.random() < 0.4
            mark = pick.choice(("", "", "- ", "1. ") if block else ("", "- ", ".. note:: ", ":f: ", ".. [1] ", "| "))
            body = pick.choice(blocks if block else texts).replace("{}", str(number))
            parts.append(mark + body.replace("\n", "\n" + " " * len(mark)))
        text = "\n\n".join(parts)
        assert ours(text) == docutils_links(text), text
    record("reStructuredText, against docutils", cases, 0)
