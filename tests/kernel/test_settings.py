"""One typed object from the environment; what is misspelled is refused with the nearest known name."""

from pathlib import Path

import pytest

from app.kernel.settings import SettingError, read


def settings(tmp_path: Path, **environment: str):
    return read({"SAN_SANG_INSTANCE": str(tmp_path), **environment})


def test_without_any_setting_the_product_is_embedded(tmp_path: Path):
    own = settings(tmp_path)
    assert own.database_url == f"sqlite:///{tmp_path / 'san-sang.db'}"
    assert own.is_embedded_broker
    assert (own.host, own.port, own.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert not own.is_https


@pytest.mark.parametrize("address", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_any_spelling_of_postgresql_means_the_one_driver(tmp_path: Path, address: str):
    assert settings(tmp_path, DATABASE_URL=address).database_url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("SAN_SANG_PUBLIC_ULR", "SAN_SANG_PUBLIC_URL"),
        ("SAN_SANG_DATABASE_URL", "DATABASE_URL"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("BROKER_ULR", "BROKER_URL"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(tmp_path: Path, wrong: str, near: str):
    with pytest.raises(SettingError, match=f"unknown setting {wrong}; did you mean {near}"):
        settings(tmp_path, **{wrong: "x"})


def test_a_name_like_nothing_known_is_refused_too(tmp_path: Path):
    with pytest.raises(SettingError, match="unknown setting SAN_SANG_QQQQ"):
        settings(tmp_path, SAN_SANG_QQQQ="x")


def test_other_programs_variables_are_left_alone(tmp_path: Path):
    settings(tmp_path, PATH="/bin", HOSTNAME="ward", TEST_DATABASE_URL="x", POST="1", LANG="vi_VN")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eighty", "PORT must be a whole number"),
        ("SAN_SANG_ENVIRONMENT", "prod", "must be one of development, production, test"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_in_words(tmp_path: Path, name: str, value: str, words: str):
    with pytest.raises(SettingError, match=words):
        settings(tmp_path, **{name: value})


def test_lists_and_empty_values(tmp_path: Path):
    own = settings(
        tmp_path, SAN_SANG_HOSTS="a.example, b.example,", SAN_SANG_PUBLIC_URL="https://hoc.example/", PORT=""
    )
    assert own.hosts == ("a.example", "b.example")
    assert own.public_url == "https://hoc.example"
    assert own.is_https
    assert own.port == 8000


def test_the_secret_is_made_once_and_kept_from_other_users(tmp_path: Path):
    first, second = settings(tmp_path / "new"), settings(tmp_path / "new")
    assert len(first.secret_key) >= 48
    assert first.secret_key == second.secret_key
    assert (tmp_path / "new" / "secret").stat().st_mode & 0o077 == 0
