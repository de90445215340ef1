"""Checks lists of millions of URLs on Dask. It needs the extra ``json-head[bulk]``.

::

    lists.py       reads a list: text, CSV or Parquet
    normal.py      normalises its URLs, in processes of their own
    lanes.py       hosts -> lanes -> chunks: pure
    database.py    DuckDB's settings, and its tables of Parquet files
    planning.py    list -> plan, by DuckDB
    plan.py        the plan as it is stored, and whether it may be resumed
    folder.py      the folder of a run, on any file system of fsspec
    rows.py        Results <-> Parquet
    work.py        one chunk: URLs -> a file of results
    children.py    signals, and the end of the command, in its other processes
    progress.py    which chunks may run, and how long the rest takes: pure
    cluster.py     the only module that knows Dask
    summary.py     status and verification
    to_sqlite.py   results -> a store of runs

A host belongs to one lane. The chunks of a lane run one after another, so the limits per host hold in the whole cluster although
workers share no state. A file of results is written as a whole: its presence means that the chunk is done.
"""
