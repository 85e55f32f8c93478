"""Every setting of the product, typed, read once from the environment; unknown names are refused."""

import difflib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

PREFIX = "SAN_SANG_"
ROOT = Path(__file__).resolve().parents[2]


class SettingError(ValueError):
    """A setting has an unknown name or a value of the wrong shape; the text says which and what to write."""


def setting(default: object, help_text: str, *, bare: bool = False) -> Any:
    """Declare one setting: its default, what it is for, and whether it is spelled without the prefix."""
    return field(default=default, metadata={"help": help_text, "bare": bare})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The product's settings. ``variable_name`` gives the environment's spelling of each."""

    host: str = setting("127.0.0.1", "address the web server listens on", bare=True)
    port: int = setting(8000, "port the web server listens on", bare=True)
    database_url: str = setting("", "SQLAlchemy address; default: SQLite in the instance folder", bare=True)
    broker_url: str = setting("", "Celery broker; default: SQLite in the instance folder", bare=True)
    environment: Literal["development", "production", "test"] = setting("development", "what kind of place this is")
    public_url: str = setting("", "address people see, printed in QR codes; default: http://HOST:PORT")
    instance: Path = setting(ROOT / "instance", "folder of the embedded database, the secret and stored files")
    secret_key: str = setting("", "signs forms; default: a random key kept in the instance folder")
    hosts: tuple[str, ...] = setting((), "further host names answered, separated by commas")
    sqlite_synchronous: Literal["FULL", "NORMAL", "OFF"] = setting("FULL", "durability of the embedded database")
    database_pool: int = setting(10, "connections each process may hold")
    web_workers: int = setting(2, "processes of the web server")
    web_threads: int = setting(8, "threads of each web process")
    job_threads: int = setting(2, "threads of the worker")
    job_lease_seconds: int = setting(120, "after this long without an end a job may be taken by another worker")
    max_upload_mb: int = setting(6, "largest request body")
    organisation: str = setting("Sở Y tế Thành phố Hồ Chí Minh", "parent body printed on certificates")
    help_phone: str = setting("", "number shown under 'Cần giúp?'; empty: no number is shown")
    log_level: Literal["debug", "info", "warning", "error"] = setting("info", "least severe line written to the log")
    trusted_proxies: int = setting(0, "how many proxies in front may set X-Forwarded-*")

    @property
    def is_https(self) -> bool:
        """Say whether people reach the product by https; then and only then cookies are Secure (ruling 13)."""
        return self.public_url.startswith("https://")

    @property
    def is_embedded_broker(self) -> bool:
        """Say whether jobs travel through an SQLite file."""
        return self.broker_url.startswith("sqla+sqlite")


def variable_name(name: str) -> str:
    """Return the environment's spelling of the setting ``name``."""
    declared = {each.name: each for each in fields(Settings)}[name]
    return name.upper() if declared.metadata["bare"] else PREFIX + name.upper()


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from ``environment``; raises ``SettingError`` with a sentence about the first fault."""
    known = {variable_name(each.name): each.name for each in fields(Settings)}
    _refuse_unknown(environment, known)
    values: dict[str, Any] = {
        name: _parse(variable, name, environment[variable])
        for variable, name in known.items()
        if environment.get(variable, "") != ""
    }
    return _with_defaults(Settings(**values))


def _refuse_unknown(environment: Mapping[str, str], known: Mapping[str, str]) -> None:
    for variable in sorted(environment):
        if variable in known:
            continue
        ours = variable.startswith(PREFIX)
        # A bare name is only ours when it is a near miss of one of ours, such as DATABSE_URL.
        near = difflib.get_close_matches(variable, known, n=1, cutoff=0.5 if ours else 0.9)
        if variable.removeprefix(PREFIX) in known:
            near = [variable.removeprefix(PREFIX)]
        if ours or (near and len(variable) >= len("BROKER_URL") - 1):
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingError(f"unknown setting {variable}{hint}")


def _parse(variable: str, name: str, text: str) -> object:
    kind = Settings.__dataclass_fields__[name].type
    if kind is int:
        if not text.lstrip("-").isdigit():
            raise SettingError(f"{variable} must be a whole number, not {text!r}")
        return int(text)
    if kind is Path:
        return Path(text).resolve()
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    allowed = getattr(kind, "__args__", None)
    if allowed and text not in allowed:
        raise SettingError(f"{variable} must be one of {', '.join(allowed)}, not {text!r}")
    return text


def _with_defaults(given: Settings) -> Settings:
    values = {each.name: getattr(given, each.name) for each in fields(Settings)}
    values["database_url"] = _database_url(given)
    values["broker_url"] = given.broker_url or f"sqla+sqlite:///{given.instance / 'broker.db'}"
    values["public_url"] = (given.public_url or f"http://{given.host}:{given.port}").rstrip("/")
    values["secret_key"] = given.secret_key or _kept_secret(given.instance)
    return Settings(**values)


def _database_url(given: Settings) -> str:
    if not given.database_url:
        return f"sqlite:///{given.instance / 'san-sang.db'}"
    # Plain postgresql:// means psycopg 3 here, also for people who copy an address from elsewhere.
    for plain in ("postgresql://", "postgres://"):
        if given.database_url.startswith(plain):
            return "postgresql+psycopg://" + given.database_url.removeprefix(plain)
    return given.database_url


def _kept_secret(instance: Path) -> str:
    kept = instance / "secret"
    if kept.exists():
        return kept.read_text().strip()
    instance.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(48)
    try:
        with kept.open("x") as file:
            file.write(made)
        kept.chmod(0o600)
    except FileExistsError:  # another process was faster
        return kept.read_text().strip()
    return made
