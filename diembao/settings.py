"""The settings: one table of names, types, defaults and meanings; all else derives from it."""

import ipaddress
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import platformdirs
from pydantic import AfterValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from diembao import __version__
from messages.catalogue import N_
from messages.errors import Told

PREFIX = "DIEMBAO_"
# Read by the tests and by nothing else.
FOREIGN = frozenset({
    "DIEMBAO_TEST_DATABASE_URL", "DIEMBAO_TEST_BROWSER", "DIEMBAO_REWRITE_GOLDEN",
})  # fmt: skip
DEFAULT_FILE = "diembao.toml"


class SettingsError(Told):
    """A setting is unknown or has a value that is not allowed; one line says which and what is."""


class _Allowed(Told, ValueError):  # noqa: N818 - pydantic's validators raise what is allowed
    """A value is not allowed; the text says what is."""


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise _Allowed(N_("a time zone name such as Asia/Ho_Chi_Minh"))
    return name


def _host(url: str) -> str | None:
    """Give the host of an address; None where it has none or its port cannot be."""
    return urlsplit(url).hostname if _is_address(url) else None


def _is_address(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _sender(text: str) -> str:
    from alerts.envelopes import mail_sender  # noqa: PLC0415 - few commands need it
    from alerts.errors import AddressError  # noqa: PLC0415

    try:
        mail_sender(text)
    except AddressError as error:
        raise _Allowed(N_("Name <name@example.org>")) from error
    return text


def _web_address(url: str) -> str:
    if not url.startswith(("http://", "https://")) or not _host(url):
        raise _Allowed(N_("an address that begins with http:// or https://"))
    return url.rstrip("/")


def _smtp(url: str | None) -> str | None:
    if url and not (url.startswith(("smtp://", "smtps://", "smtp+starttls://")) and _host(url)):
        raise _Allowed(N_("smtp://, smtps:// or smtp+starttls://user:password@host:port"))
    return url or None


def database_address(url: str | None) -> str | None:
    """Check a database's address; raises an error that says what is allowed."""
    if url and not (
        url.startswith("sqlite:///") or (url.startswith("postgresql://") and _is_address(url))
    ):
        raise _Allowed(N_("sqlite:///FILE or postgresql://…"))
    return url or None


def _networks(value: str) -> str:
    for part in filter(None, (part.strip() for part in value.split(","))):
        try:
            ipaddress.ip_network(part)
        except ValueError:
            raise _Allowed(N_("addresses and networks, as in 127.0.0.1, 10.0.0.0/8")) from None
    return value


def _user_agent(value: str) -> str:
    if not value.isprintable() or not value.isascii():
        raise _Allowed(N_("one line of printable ASCII characters"))
    return value


class Settings(BaseSettings):
    """What a user can set, by environment (``DIEMBAO_…``) or in ``diembao.toml``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("diembao"),
        description=N_("database, snapshots, demo output"),
    )
    database_url: Annotated[str | None, AfterValidator(database_address)] = Field(
        None, description=N_("sqlite:///… (DATA_DIR/diembao.db) or postgresql://…")
    )
    auto_migrate: bool = Field(True, description=N_("bring the database up to date on start"))
    sources_dir: Path | None = Field(None, description=N_("a folder of source files used instead"))
    extra_sources_dir: Path | None = Field(
        None, description=N_("a folder of source files on top of the catalogue")
    )
    seeds_file: Path | None = Field(None, description=N_("JSONL of seed fingerprints"))
    smtp_url: Annotated[str | None, AfterValidator(_smtp)] = Field(
        None, description=N_("smtp://, smtps://, smtp+starttls://user:password@host:port")
    )
    mail_from: Annotated[str, AfterValidator(_sender)] = Field(
        "Điểm Báo <diembao@localhost>", description=N_("sender of mails")
    )
    dkim_key_file: Path | None = Field(
        None, description=N_("RSA key in PEM that signs mails (DKIM); needs the extra 'dkim'")
    )
    dkim_selector: str = Field("diembao", description=N_("where in DNS the public key stands"))
    dkim_domain: str | None = Field(None, description=N_("MAIL_FROM's domain if not set"))
    public_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "http://127.0.0.1:8000", description=N_("used in links of mails and feeds")
    )
    secret_key: str | None = Field(
        None, min_length=16, description=N_("signs links and sessions; made on first start")
    )
    admin_token: str | None = Field(
        None, min_length=16, description=N_("for the write half of the API; made on first start")
    )
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        "127.0.0.1, ::1", description=N_("whose X-Forwarded-For is believed: addresses, networks")
    )
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        "Asia/Ho_Chi_Minh", description=N_("for schedules, digests and the days of charts")
    )
    language: Literal["vi", "en"] = Field("vi", description=N_("mails, pages, command line"))
    instant_wait: int = Field(
        10, ge=0, le=3600,
        description=N_("seconds for which an 'instant' mail waits for what belongs to it"),
    )  # fmt: skip
    instant_most_an_hour: int = Field(
        12, ge=1, le=1000,
        description=N_("'instant' mails an hour to a subscription; what is more comes as one"),
    )  # fmt: skip
    allow_private_networks: bool = Field(
        False, description=N_("let crawls and webhooks reach loopback and private addresses")
    )
    relevance_threshold: float | None = Field(
        None, ge=0, le=1, description=N_("0–1; the evaluated default if not set")
    )
    user_agent: Annotated[str, AfterValidator(_user_agent)] = Field(
        f"diembao/{__version__} (news monitor for Ho Chi Minh City's digital transformation)",
        max_length=300,
        description=N_("how crawls introduce themselves; name a contact address"),
    )
    concurrency: int = Field(8, ge=1, le=64, description=N_("sources crawled at once"))
    log_format: Literal["text", "json"] = Field("text", description=N_("form of the log's lines"))
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description=N_("least level that is logged")
    )
    retention_days: int = Field(
        90, ge=1, le=36_500,
        description=N_("days for which off-topic texts, pages and finished deliveries are kept"),
    )  # fmt: skip
    backup_dir: Path | None = Field(
        None, description=N_("folder for the daemon's own backups; none are made if not set")
    )
    backup_hours: int = Field(
        24, ge=1, le=8760, description=N_("hours between two backups of the daemon")
    )
    backup_keep: int = Field(
        7, ge=1, le=1000, description=N_("how many backups a folder keeps, the newest")
    )

    @field_validator(
        "data_dir", "sources_dir", "extra_sources_dir", "seeds_file", "dkim_key_file", "backup_dir"
    )
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else None

    @field_validator("language", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the base class's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose values come as the first arguments."""
        return env_settings, init_settings

    @property
    def database(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.data_dir / 'diembao.db'}"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of schedules and digests."""
        return ZoneInfo(self.timezone)


_PASSWORD = re.compile("//.*@")
SECRETS = frozenset({"secret_key", "admin_token"})


@dataclass(frozen=True)
class Loaded:
    """The settings in effect, and where each came from: environment, the file, or default."""

    settings: Settings
    origins: Mapping[str, str]


def load(config: Path | None = None, environment: Mapping[str, str] | None = None) -> Loaded:
    """Read the settings; raises SettingsError naming key, value and what is allowed."""
    environment = os.environ if environment is None else environment
    given = {key for key in environment if key.upper().startswith(PREFIX)} - FOREIGN
    names = {key: key[len(PREFIX) :].lower() for key in given}
    for key, name in names.items():
        if name not in Settings.model_fields:
            raise SettingsError(
                N_("{key}: unknown setting; known: {known}"), key=key, known=_known()
            )
    path, from_file = _file(config)
    try:
        settings = Settings(**from_file)
    except ValidationError as error:
        raise _fault(error, set(names.values()), path) from error
    origins = {
        name: "environment" if name in names.values() else str(path) if name in from_file
        else "default"
        for name in Settings.model_fields
    }  # fmt: skip
    return Loaded(settings, origins)


def _known() -> str:
    return ", ".join(sorted(name.upper() for name in Settings.model_fields))


def _file(config: Path | None) -> tuple[Path | None, dict[str, Any]]:
    path = config or Path(DEFAULT_FILE)
    if not path.is_file():
        if config:
            raise SettingsError(N_("{config}: no such file"), config=config)
        return None, {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError("{path}: {error}", path=path, error=error) from error
    except ValueError as error:
        raise SettingsError(N_("{path}: not TOML: {error}"), path=path, error=error) from error
    for key in values:
        if key.lower() not in Settings.model_fields:
            raise SettingsError(
                N_("{path}: {key}: unknown setting; known: {known}"),
                path=path,
                key=key,
                known=_known(),
            )
    return path, {key.lower(): value for key, value in values.items()}


def without_password(text: str) -> str:
    """Give an address as it may be shown, whatever is wrong with it."""
    return _PASSWORD.sub("//…@", text)


def _fault(error: ValidationError, from_environment: set[str], path: Path | None) -> SettingsError:
    fault = error.errors()[0]
    name = str(fault["loc"][0]) if fault["loc"] else "?"
    shown = "(secret)" if name in SECRETS else without_password(repr(fault["input"]))[:100]
    place = f"{PREFIX}{name.upper()}" if name in from_environment else f"{path}: {name.upper()}"
    return SettingsError(
        N_("{place}: {value} is not allowed; allowed: {allowed}"),
        place=place, value=shown, allowed=_allowed(name, fault),
    )  # fmt: skip


def _allowed(name: str, fault: Mapping[str, Any]) -> Told:
    """Say what pydantic's rule allows."""
    told = dict(fault.get("ctx", {}))
    if "expected" in told:
        # pydantic joins the last two by an English word.
        told["expected"] = ", ".join(_CHOICE.findall(told["expected"]))
    if isinstance(told.get("error"), Told):
        return cast("Told", told["error"])
    for rule in Settings.model_fields[name].metadata:
        told |= {end: getattr(rule, end) for end in ("ge", "le") if hasattr(rule, end)}
    sentence = _ALLOWED.get(str(fault["type"]))
    return Told(sentence, **told) if sentence else Told(str(fault["msg"]))


_CHOICE = re.compile(r"'([^']+)'")
_ALLOWED = {
    "literal_error": "{expected}",
    "bool_parsing": N_("true or false"),
    "int_parsing": N_("a whole number"),
    "int_from_float": N_("a whole number"),
    "int_type": N_("a whole number"),
    "float_parsing": N_("a number"),
    "greater_than_equal": N_("from {ge:g} to {le:g}"),
    "less_than_equal": N_("from {ge:g} to {le:g}"),
    "string_too_short": N_("at least {min_length} characters"),
    "string_too_long": N_("at most {max_length} characters"),
    "string_type": N_("a text in quotes"),
    "path_type": N_("a path in quotes"),
}


def kept_secret(settings: Settings, name: str) -> tuple[str, bool]:
    """Give a secret and whether it was made just now; made once, kept in DATA_DIR, mode 0600."""
    value = getattr(settings, name)
    if value:
        return str(value), False
    path = settings.data_dir / name
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            fresh = settings.data_dir / f".{name}.{os.getpid()}"
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))
            try:
                os.link(fresh, path)  # whoever comes second keeps the first one's
                made = True
            except FileExistsError:
                made = False
            fresh.unlink()
            return path.read_text("ascii").strip(), made
        return path.read_text("ascii").strip(), False
    except OSError as error:
        raise SettingsError(
            N_("DATA_DIR: {path} cannot be written or read: {error}"), path=path, error=error
        ) from error
