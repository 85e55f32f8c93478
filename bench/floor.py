"""The floor: an empty Flask page and one raw SQL statement, served by the same web server as the product."""

import os

import psycopg
import pysqlite3.dbapi2 as sqlite3
from flask import Flask

app = Flask("floor")
_url = os.environ["BENCH_DATABASE"]


@app.get("/empty")
def empty() -> str:
    """Answer with an empty page."""
    return "<!doctype html><title>.</title>"


@app.get("/sql")
def sql() -> str:
    """Answer with one row read by the bare driver over a fresh connection's cursor."""
    return str(_one()[0])


def _one() -> tuple[int]:
    if _url.startswith("sqlite:///"):
        connection = sqlite3.connect(_url.removeprefix("sqlite:///"))
        try:
            return connection.execute("select count(*) from module").fetchone()
        finally:
            connection.close()
    with _connection().cursor() as cursor:
        return cursor.execute("select count(*) from module").fetchone()


_kept: list[psycopg.Connection] = []


def _connection() -> psycopg.Connection:
    if not _kept:
        _kept.append(psycopg.connect(_url.replace("+psycopg", ""), autocommit=True))
    return _kept[0]
