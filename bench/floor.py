"""The floor: an empty Flask page and one raw SQL statement, served by the same web server as the product."""

import os
import threading
from typing import Any

import psycopg
import pysqlite3.dbapi2 as sqlite3
from flask import Flask

app = Flask("floor")
_url = os.environ["BENCH_DATABASE"]
_kept = threading.local()


@app.get("/empty")
def empty() -> str:
    """Answer with an empty page."""
    return "<!doctype html><title>.</title>"


@app.get("/sql")
def sql() -> str:
    """Answer with one row by primary key, read by the bare driver over the connection that this thread keeps."""
    return str(_connection().execute("select key from module where id = 1").fetchone()[0])


def _connection() -> Any:
    if not hasattr(_kept, "connection"):
        if _url.startswith("sqlite:///"):
            _kept.connection = sqlite3.connect(_url.removeprefix("sqlite:///"), isolation_level=None)
        else:
            _kept.connection = psycopg.connect(_url.replace("+psycopg", ""), autocommit=True)
    return _kept.connection
