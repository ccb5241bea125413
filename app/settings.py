"""Every setting, and the only reader of the environment; all faults are reported at once, when a command starts."""

import difflib
import os
import re
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SLACK = "https://slack.com/api/"
CATALOGUES = {"sample": Path("bank/sample/catalogue.yaml"), "berka": Path("bank/berka/catalogue.yaml")}
ROOT = Path(__file__).resolve().parent.parent
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


_PASSWORD = re.compile(r"://[^/:@]*:([^/@]+)@")


class BadSettings(Exception):
    """One sentence for each setting that cannot be used."""


class Settings(BaseSettings):
    """The settings of one process. `.env` is read first; the environment wins over it."""

    model_config = SettingsConfigDict(
        env_prefix="TELLER_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    home: Path = Field(
        Path("var"), description="The folder for everything Teller writes: sample bank, ledger, MLflow store"
    )

    secrets: str = Field(
        "", description="A folder with a file for each secret, named as its variable; such as /run/secrets"
    )

    # The bank
    database: str = Field(
        "", repr=False, description="The bank's database, as an SQLAlchemy URL; empty: the sample bank"
    )
    catalogue: str = Field(
        "sample", description="The bank's catalogue: a YAML file, or one that is shipped: sample, berka"
    )
    policy: str = Field("", description="Who may see what: a YAML file; empty: policy.yaml beside the catalogue")
    mask_key: SecretStr = Field(
        SecretStr(""), description="The secret behind pseudonyms; empty: made once and kept in TELLER_HOME"
    )
    time_limit: float = Field(20, gt=0, le=600, description="Seconds a query may take before the database stops it")
    row_cap: int = Field(
        1000, ge=1, le=100_000, description="Rows an answer may have; the answer says when there were more"
    )
    at_once: int = Field(4, ge=1, le=64, description="Questions one bot answers at the same time")

    # The audit
    audit: str = Field(
        "",
        repr=False,
        description="The record of every look, as an SQLAlchemy URL (SQLite or PostgreSQL); empty: a file in TELLER_HOME",
    )
    audit_key: SecretStr = Field(
        SecretStr(""), description="The secret without which nobody can make that record anew; keep it elsewhere too"
    )

    # Slack
    slack_bot_token: SecretStr = Field(
        SecretStr(""),
        validation_alias=AliasChoices("SLACK_BOT_TOKEN"),
        description="The bot token of the Slack app: xoxb-…",
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""),
        validation_alias=AliasChoices("SLACK_APP_TOKEN"),
        description="The app-level token for Socket Mode: xapp-…",
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""),
        validation_alias=AliasChoices("SLACK_SIGNING_SECRET"),
        description="The app's signing secret: Slack then calls TELLER_HTTP_PORT, and Socket Mode is not used",
    )
    http_host: str = Field("127.0.0.1", description="The address at which Teller listens, for a proxy or a probe")
    http_port: int = Field(
        0, ge=0, le=65535, description="The port of GET /health and, in HTTP mode, of /slack/events; 0: none"
    )
    slack_api_url: str = Field(
        SLACK,
        validation_alias=AliasChoices("SLACK_API_URL"),
        description="Slack's own address, or that of the emulator",
    )
    emulator: bool = Field(False, description="Whether SLACK_API_URL is the emulator; any other address is refused")

    # MLflow and the ledger
    ledger: str = Field(
        "",
        repr=False,
        description="The ledger, as an SQLAlchemy URL (SQLite or PostgreSQL); empty: a file in TELLER_HOME",
    )
    mlflow_tracking_uri: str = Field(
        "",
        repr=False,
        validation_alias=AliasChoices("MLFLOW_TRACKING_URI"),
        description="The MLflow store (sqlite:///…) or server (http://…); empty: a file in TELLER_HOME",
    )
    mlflow_experiment_name: str = Field(
        "FIS_Text2SQL_Banking",
        validation_alias=AliasChoices("MLFLOW_EXPERIMENT_NAME"),
        description="The MLflow experiment that holds one run per question",
    )
    preview_rows: int = Field(
        20, ge=0, le=100, description="Rows of an answer kept with its run in MLflow, masked as shown; 0: none"
    )
    test_users: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Slack user ids that are never counted, separated by commas"
    )

    # Digests and alerts
    digest_channel: str = Field(
        "", description="The channel id for daily statistics and the weekly digest; empty: none"
    )
    alert_channel: str = Field("", description="The channel id for alerts; empty: the digest's channel")
    timezone: str = Field("UTC", description="The bank's time zone, such as Europe/London")
    holidays: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="The bank's holidays, separated by commas: countries (GB-ENG), markets (XECB), days (2026-12-24)",
    )
    daily_on: Literal["every day", "business days"] = Field(
        "every day",
        description="Whether the daily statistics leave out weekends and holidays: every day, business days",
    )
    daily_at: time = Field(time(8), description="When the daily statistics are posted, HH:MM")
    weekly_on: Weekday = Field("monday", description="The weekday of the weekly digest, by its English name")
    weekly_at: time = Field(time(9), description="When the weekly digest is posted, HH:MM")
    alert_success_below: float = Field(
        90, ge=0, le=100, description="Alert when the success rate falls below this percentage"
    )
    alert_seconds_above: float = Field(
        10, gt=0, description="Alert when the average response time rises above these seconds"
    )
    alert_satisfaction_below: float = Field(
        70, ge=0, le=100, description="Alert when satisfaction falls below this percentage"
    )
    alert_window_hours: float = Field(24, gt=0, description="The hours that an alert looks back over")
    alert_every_minutes: Literal[1, 2, 3, 5, 10, 15, 20, 30] = Field(5, description="How often alerts are checked")
    alert_smallest_sample: int = Field(10, ge=10, description="The cases below which no alert opens")
    alert_by_approach: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="What is otherwise for one approach (pattern, ai, agents), separated by commas: success, satisfaction, "
        "seconds, hours, cases, such as agents seconds 45",
    )
    alert_quiet_minutes: float = Field(
        60, ge=0, description="The minutes between two new messages of one alert; in between its message is updated"
    )

    # Alerts by e-mail
    mail_server: str = Field("", description="The SMTP server that alerts are mailed by, as HOST:PORT; empty: none")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the line to it is kept private: starttls, tls, none (only within the bank)"
    )
    mail_user: str = Field("", description="The name to log in with; empty: none is needed")
    mail_password: SecretStr = Field(SecretStr(""), description="The password for that name")
    mail_from: str = Field("", description="The address that alerts come from")
    mail_to: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="The addresses that alerts go to, separated by commas"
    )

    # How long what is remembered is kept
    keep_questions_days: int = Field(
        0, ge=0, description="Days that questions, with all that belongs to them, are kept; 0: for good"
    )
    keep_previews_days: int = Field(0, ge=0, description="Days that the rows of answers are kept; 0: for good")
    keep_comments_days: int = Field(0, ge=0, description="Days that comments are kept; 0: for good")
    keep_audit_days: int = Field(0, ge=0, description="Days that the audit is kept, in whole months; 0: for good")
    archive: str = Field(
        "", description="The folder where what is deleted is written first; empty: in TELLER_HOME; none: nowhere"
    )

    # A model, for AI-Powered and AutoGen Multi-Agent
    model_url: str = Field("https://api.openai.com/v1", description="An OpenAI-compatible endpoint")
    model_name: str = Field("", description="The model's name; empty: AI-Powered and AutoGen Multi-Agent are off")
    model_key: SecretStr = Field(SecretStr(""), description="The key for the endpoint")
    model_seconds: float = Field(45, gt=0, le=600, description="Seconds a call to the model may take")
    model_prompt_price: float = Field(0, ge=0, description="What a million tokens read cost, in the money you count in")
    model_completion_price: float = Field(0, ge=0, description="What a million tokens written cost, in the same money")
    model_calls: int = Field(12, ge=1, le=100, description="Model calls a question may take")
    model_tokens: int = Field(60_000, ge=0, description="Tokens a question may take, read and written; 0: no limit")
    model_cost: float = Field(0, ge=0, description="What a question may cost by these prices; 0: no limit")
    model_tokens_a_day: int = Field(0, ge=0, description="Tokens a person may take in a day (UTC); 0: no limit")
    model_cost_a_day: float = Field(0, ge=0, description="What a person may cost in a day (UTC); 0: no limit")

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much the log says")

    @field_validator("test_users", "holidays", "mail_to", "alert_by_approach", mode="before")
    @classmethod
    def _split_at_commas(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _is_a_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{value!r} is not a time zone; one is Europe/London") from None
        return value

    @field_validator("holidays")
    @classmethod
    def _are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value:
            from jobs.calendar import calendar

            calendar(ZoneInfo("UTC"), value)
        return value

    @field_validator("alert_by_approach")
    @classmethod
    def _are_thresholds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value:
            from jobs.thresholds import Thresholds

            Thresholds().with_own(value)
        return value

    @model_validator(mode="after")
    def _can_mail(self) -> "Settings":
        if not self.mail_server:
            return self
        if not re.fullmatch(r"[^\s:]+:\d{1,5}", self.mail_server):
            raise ValueError("TELLER_MAIL_SERVER must be HOST:PORT, such as smtp.bank.example:587")
        if "@" not in self.mail_from or not self.mail_to or not all("@" in address for address in self.mail_to):
            raise ValueError("with TELLER_MAIL_SERVER, TELLER_MAIL_FROM and TELLER_MAIL_TO must be e-mail addresses")
        return self

    @model_validator(mode="after")
    def _talks_to_slack_or_a_named_emulator(self) -> "Settings":
        elsewhere = self.slack_api_url.rstrip("/") != SLACK.rstrip("/")
        if elsewhere and not self.emulator:
            raise ValueError(f"SLACK_API_URL must be {SLACK} unless TELLER_EMULATOR=true asks for the emulator")
        if self.emulator and not self.slack_api_url.startswith(("http://127.0.0.1:", "http://localhost:")):
            raise ValueError("with TELLER_EMULATOR=true, SLACK_API_URL must be an address on 127.0.0.1")
        if not self.emulator and "emulator" in self.slack_bot_token.get_secret_value():
            raise ValueError(
                "the emulator's tokens are never valid outside it; SLACK_BOT_TOKEN must be your workspace's"
            )
        return self

    @model_validator(mode="after")
    def _has_a_port_for_what_calls_it(self) -> "Settings":
        if self.slack_signing_secret.get_secret_value() and not self.http_port:
            raise ValueError(
                "SLACK_SIGNING_SECRET is set, so Slack calls Teller: TELLER_HTTP_PORT must say at which port"
            )
        return self

    @property
    def secret_words(self) -> tuple[str, ...]:
        """Every secret there is, for the log to take out of its lines: tokens, keys, the passwords of databases."""
        kept = [
            value.get_secret_value()
            for name in type(self).model_fields
            if isinstance(value := getattr(self, name), SecretStr)
        ]
        urls = (self.database, self.ledger, self.audit, self.mlflow_tracking_uri)
        passwords = [unquote(found[1]) for url in urls if (found := _PASSWORD.search(url))]
        return tuple(word for word in (*kept, *passwords) if len(word) > 3)

    @property
    def is_sample(self) -> bool:
        """Whether the bank is the made-up one, which Teller may make by itself."""
        return not self.database

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.home / 'bank.db'}"

    @property
    def catalogue_path(self) -> Path:
        shipped = CATALOGUES.get(self.catalogue)
        return ROOT / shipped if shipped else Path(self.catalogue)

    @property
    def policy_path(self) -> Path:
        return Path(self.policy) if self.policy else self.catalogue_path.with_name("policy.yaml")

    @property
    def examples_path(self) -> Path:
        return self.catalogue_path.with_name("examples.yaml")

    @property
    def audit_url(self) -> str:
        return self.audit or f"sqlite:///{self.home / 'audit.db'}"

    @property
    def ages(self) -> dict[Literal["questions", "previews", "comments", "audit"], timedelta]:
        """How old each class of what is remembered may become; without those that are kept for good."""
        days = {
            "questions": self.keep_questions_days,
            "previews": self.keep_previews_days,
            "comments": self.keep_comments_days,
            "audit": self.keep_audit_days,
        }
        return {what: timedelta(days=number) for what, number in days.items() if number}  # type: ignore[misc]

    @property
    def archive_path(self) -> Path | None:
        return None if self.archive == "none" else Path(self.archive) if self.archive else self.home / "archive"

    @property
    def reports_path(self) -> Path:
        """Where the report of a deletion stays when nothing is archived."""
        return self.home / "deleted"

    @property
    def ledger_url(self) -> str:
        return self.ledger or f"sqlite:///{self.home / 'ledger.db'}"

    @property
    def mlflow_uri(self) -> str:
        return self.mlflow_tracking_uri or f"sqlite:///{(self.home / 'mlflow.db').resolve()}"


def require_tokens(settings: Settings, *fields: str) -> None:
    """Raises `BadSettings` with a sentence for each Slack token that is not set."""
    unset = [variable(field) for field in fields if not getattr(settings, field).get_secret_value()]
    if unset:
        raise BadSettings("\n".join(f"{name} is not set; README.md says where to find it." for name in unset))


def read(**given: Any) -> Settings:
    """This process's settings; `given` are a command's own options. Raises `BadSettings` with all faults at once."""
    environment = {**dotenv_values(".env"), **os.environ}
    faults = misspelt(environment)
    folder = environment.get(variable("secrets")) or None
    if folder and not Path(folder).is_dir():
        raise BadSettings(f"TELLER_SECRETS: there is no folder {folder}")
    try:
        options = {name: value for name, value in given.items() if value is not None}
        settings = Settings(_secrets_dir=folder, **options)  # type: ignore[call-arg]  # BaseSettings takes it
    except ValidationError as error:
        faults += [
            f"{variable(str(fault['loc'][0])) + ': ' if fault['loc'] else ''}{clean(fault['msg'])}"
            for fault in error.errors()
        ]
    if faults:
        raise BadSettings("\n".join(faults))
    return settings


def variable(field: str) -> str:
    """The environment variable of a setting."""
    known = Settings.model_fields.get(field)
    alias = known.validation_alias if known else None
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"TELLER_{field}".upper() if known else field


def misspelt(environment: Any) -> list[str]:
    """A sentence for each TELLER_ variable that is no setting."""
    known = [variable(field) for field in Settings.model_fields]
    faults = []
    for name in sorted(environment):
        if name.startswith("TELLER_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            faults.append(
                f"{name} is not a setting" + (f"; did you mean {near[0]}?" if near else "; see .env.example.")
            )
    return faults


def clean(message: str) -> str:
    return message.removeprefix("Value error, ")
