"""Every setting Sekisho reads, in one table: name, type, default, help.

A setting `data_dir` is read from the environment as `SEKISHO_DATA_DIR`, or from the file that
`SEKISHO_DATA_DIR_FILE` names (how container platforms hand over secrets). Nothing else reads the environment.
`docs/operate/settings.md` is written from this table, and a test fails when the two differ.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sekisho.base.errors import SekishoError
from sekisho.base.text import Text


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    parse: Callable[[str], object]
    default: str
    """As it would stand in the environment."""
    help: str
    secret: bool = False
    aliases: tuple[str, ...] = ()
    """Other environment variables that mean the same, such as `ANTHROPIC_API_KEY`; ours wins."""


def _flag(word: str) -> bool:
    choice = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
        "": False,
    }
    return choice[word.strip().lower()]


def _words(line: str) -> tuple[str, ...]:
    return tuple(word for word in line.replace(",", " ").split() if word)


@dataclass(frozen=True, slots=True)
class _OneOf:
    """Reads one of a few words."""

    words: tuple[str, ...]

    def __call__(self, word: str) -> str:
        if (chosen := word.strip().lower()) not in self.words:
            raise ValueError(chosen)
        return chosen


SETTINGS: tuple[Setting, ...] = (
    # where things are
    Setting("data_dir", Path, ".data", "Folder that holds everything the embedded edition writes."),
    Setting(
        "database_url",
        str,
        "",
        "Main database: `sqlite:///PATH` or `postgresql://…`; empty for SQLite in the data folder.",
    ),
    Setting(
        "keystore_url",
        str,
        "",
        "Database of content keys, kept and backed up apart from the content; empty for SQLite in the data folder.",
    ),
    Setting(
        "exporter_database_url",
        str,
        "",
        "Address of the main database for a role that exports for training read with (`sekisho dataset grants`); empty: the role is taken within the main connection.",
    ),
    Setting(
        "public_url",
        str,
        "http://127.0.0.1:8080",
        "Address at which people reach the pages; the base of every link that is sent out.",
    ),
    Setting("host", str, "127.0.0.1", "Address to listen on."),
    Setting("port", int, "8080", "Port to listen on; 0 takes a free one."),
    # secrets
    Setting(
        "secret_key",
        str,
        "",
        "Signs sessions and links; empty makes one in the data folder at the first start.",
        secret=True,
    ),
    Setting(
        "root_key",
        str,
        "",
        "Base64 of 32 bytes that wrap every content key; empty makes one in the data folder. Several, separated by spaces: the first wraps, the others still open (docs/operate/keys.md).",
        secret=True,
    ),
    Setting(
        "vault_addr",
        str,
        "",
        "Address of a Vault whose Transit engine wraps content keys in place of a local root key, such as `https://vault.internal:8200`; empty: none.",
    ),
    Setting("vault_mount", str, "transit", "Where in Vault the Transit engine is mounted."),
    Setting("vault_key", str, "sekisho", "Name of the Transit key (type `aes256-gcm96`)."),
    Setting("vault_token", str, "", "Token for Vault; empty: AppRole.", secret=True),
    Setting("vault_role_id", str, "", "AppRole by which a token is taken, where none is given."),
    Setting("vault_secret_id", str, "", "Secret of the AppRole.", secret=True),
    Setting(
        "vault_ca",
        str,
        "",
        "File with the certificates that Vault's is checked against; empty: the system's.",
    ),
    Setting("vault_timeout_s", float, "5", "Seconds that Vault has to answer."),
    Setting(
        "vault_cache_s",
        float,
        "60",
        "Seconds for which keys that Vault unwrapped are kept in memory; 0 asks it each time.",
    ),
    Setting(
        "tombstone_path",
        str,
        "",
        "File in a second place (another disk, another machine) to which every destruction of keys is appended, so that a restored backup can be told; empty: `tombstones.jsonl` in the data folder.",
    ),
    # proof
    Setting(
        "audit_witness_path",
        str,
        "",
        "Folder in a second place (another disk, another machine) to which every signed checkpoint of the audit log is copied; empty: nowhere.",
    ),
    # providers
    Setting(
        "anthropic_api_key",
        str,
        "",
        "Key for the Anthropic API; when set, Messages requests go there.",
        True,
        ("ANTHROPIC_API_KEY",),
    ),
    Setting("anthropic_base_url", str, "https://api.anthropic.com", "Address of the Messages API upstream."),
    Setting(
        "openai_api_key", str, "", "Key for the OpenAI API or a compatible one.", True, ("OPENAI_API_KEY",)
    ),
    Setting(
        "openai_base_url",
        str,
        "",
        "Address of an OpenAI-compatible API, with `/v1` (Ollama, vLLM, …).",
        aliases=("OPENAI_BASE_URL",),
    ),
    # the gate
    Setting(
        "gateway_name",
        str,
        "",
        "Name of this gateway process in records; empty takes host name and process id.",
    ),
    Setting(
        "max_body_bytes",
        int,
        "33554432",
        "Largest request body, in bytes (the Messages API itself takes 32 MiB).",
    ),
    Setting(
        "max_concurrent",
        int,
        "512",
        "Requests in flight in one gateway process; more are answered with 529 or 429.",
    ),
    Setting(
        "snapshot_stale_s",
        float,
        "60",
        "Seconds after which a gateway refuses to act on the snapshot that it holds.",
    ),
    Setting("upstream_connect_s", float, "10", "Seconds to reach a provider."),
    Setting(
        "upstream_idle_s",
        float,
        "300",
        "Seconds of silence from a provider after which a request is given up.",
    ),
    Setting(
        "client_idle_s",
        float,
        "60",
        "Seconds a client may take to send its request, or to read a chunk of the answer.",
    ),
    Setting(
        "control_url",
        str,
        "",
        "Address of the control plane, to which a gateway that runs apart hands on `/v1/reviews` and `/v1/reports`; empty: nowhere.",
    ),
    Setting("drain_s", float, "30", "Seconds that running answers have to finish after SIGTERM."),
    # webhooks
    Setting(
        "webhook_private_targets",
        _flag,
        "0",
        "Let webhooks go to private addresses and over plain HTTP. For development alone: whoever may register a webhook could otherwise reach what only this machine can reach.",
    ),
    # connectors
    Setting(
        "connector_private_targets",
        _flag,
        "0",
        "Let connectors be asked at private addresses and over plain HTTP. For development alone, as with webhooks.",
    ),
    # detection
    Setting("scorer", _flag, "1", "Use the local scorer."),
    Setting(
        "scorer_step",
        _OneOf(("cheap", "doubt", "both")),
        "doubt",
        "How far the scorer goes: `cheap` takes its quick step alone, `doubt` also reads again what that leaves in doubt (milliseconds each), `both` reads every text again.",
    ),
    Setting(
        "judge_base_url",
        str,
        "",
        "Address of a Messages or Chat Completions API that judges unsure passages; empty: no judge.",
    ),
    Setting("judge_api_key", str, "", "Key for the judge.", secret=True),
    Setting("judge_model", str, "", "Model of the judge."),
    Setting("judge_dialect", str, "anthropic", "`anthropic` or `openai`."),
    Setting("judge_budget_ms", int, "3000", "Milliseconds the judge may take before it counts as missing."),
    # control plane
    Setting("debug", _flag, "0", "Show tracebacks in pages. Never in production."),
    Setting("allowed_hosts", _words, "127.0.0.1 localhost [::1]", "Host names under which the pages answer."),
    Setting(
        "longest_retention_days",
        int,
        "30",
        "Days for which an organisation may choose at most to have its turns kept; more than the calendar's own time "
        "lengthens it for what is received from then on.",
    ),
    Setting(
        "open_signup",
        _flag,
        "0",
        "Let anybody make an account; otherwise people are added by their organisation.",
    ),
    Setting(
        "email_url", str, "console:", "How mail goes out: `console:` or `smtp://user:password@host:port`."
    ),
    Setting(
        "trusted_proxies",
        _words,
        "",
        "Networks of the proxies in front, such as `10.0.0.0/8`: the address that they name in X-Forwarded-For is believed. Behind a proxy that is not named here, everybody seems to come from one network, and locks hit all.",
    ),
    Setting(
        "refund_windows",
        str,
        "",
        "File with windows for refunds of one's own, in the shape of the shipped `refunds.yaml`. Empty: the shipped ones.",
    ),
    Setting("email_from", str, "Sekisho <sekisho@localhost>", "Sender of mail."),
    Setting(
        "safety_mailbox_listen",
        str,
        "",
        "Where the safety mailbox listens: `lmtp://HOST:PORT` or `smtp://HOST:PORT`; empty: nowhere.",
    ),
    Setting(
        "safety_mailbox_address",
        str,
        "",
        "The address whose mails become reports, such as `safety@example.com`; empty takes any.",
    ),
    Setting(
        "safety_mailbox_max_bytes", int, "26214400", "Largest mail that the safety mailbox takes, in bytes."
    ),
    Setting(
        "support_time_zone",
        str,
        "Asia/Tokyo",
        "Time zone of the office that answers support, such as `Europe/Berlin`.",
    ),
    Setting("support_hours", str, "9-18", "When that office is open on working days, in full hours: `9-18`."),
    Setting(
        "support_holidays",
        _OneOf(("jp", "eu", "uk", "au", "none")),
        "jp",
        "Whose public holidays it keeps: `jp`, `eu`, `uk`, `au` or `none`.",
    ),
    Setting(
        "support_console_hosts",
        _words,
        "",
        "Old hosts of the console and the new one of each, such as `console.old.example=platform.example`. In the help centre, who is signed in at an old one alone is led to the new before a message is sent.",
    ),
    Setting(
        "support_mail_address",
        str,
        "",
        "Address from which the desk writes and to which people reply, such as `support@example.com`; a mail server must hand over what comes to `support+…@example.com` too. Empty: the address in `email_from`.",
    ),
    Setting(
        "support_mailboxes",
        _words,
        "",
        "Addresses whose mails begin cases, each with its queue, such as `support@example.com=support safety@example.com=safety`; queues: support, billing, safety, legal, privacy, identity, minors. Empty: the desk's own address begins cases for `support`.",
    ),
    Setting(
        "support_mail_listen",
        str,
        "",
        "Where the desk's mail is listened for: `lmtp://HOST:PORT` or `smtp://HOST:PORT`; empty: nowhere.",
    ),
    Setting(
        "support_imap_url",
        str,
        "",
        "Mailbox that is polled for the desk's mail, such as `imaps://user:password@host:993/INBOX`; empty: none. With `?done=Archive` what was taken in is moved there, else it is marked as seen.",
        secret=True,
    ),
    Setting("support_imap_every_s", float, "20", "Seconds between two looks into that mailbox."),
    Setting(
        "support_mail_webhook_secret",
        str,
        "",
        "Secret (`whsec_…`) with which a mail provider signs what it posts to `/support/mail`; empty: nobody may post there.",
        secret=True,
    ),
    Setting("support_mail_max_bytes", int, "26214400", "Largest mail that the desk takes, in bytes."),
    Setting(
        "support_mail_trusts",
        str,
        "",
        "Name (authserv-id) of the mail server in front, whose `Authentication-Results` is believed; empty: none is, and SPF, DKIM and DMARC say nothing.",
    ),
    Setting(
        "authority_senders",
        _words,
        "",
        "Addresses and domains of authorities, whose letters go to the sealed queue of orders wherever they arrive, such as `ofcom.org.uk caa.go.jp`.",
    ),
    Setting(
        "attachments_origin",
        str,
        "",
        "Address at which files of cases are handed out, on a host of its own such as `https://files.example.com`, so that nothing in them can act in the pages' name; empty: the pages' own, in a sandbox.",
    ),
    Setting(
        "attachment_scanner",
        str,
        "",
        "Command that reads a file from standard input and ends with 0 for a clean one, 1 for a harmful one, such as `clamdscan --no-summary -`; empty: files are handed out unscanned.",
    ),
    Setting(
        "desk_url",
        str,
        "",
        "Endpoint that speaks as OpenAI's does, such as this gateway's `http://127.0.0.1:8080/v1`: it drafts and translates for agents; empty: none.",
    ),
    Setting("desk_model", str, "", "Model that drafts and translates for agents."),
    Setting("desk_key", str, "", "Key for that endpoint.", secret=True),
    Setting(
        "support_embeddings_url",
        str,
        "",
        "Endpoint for embeddings that speaks as OpenAI's does, such as this gateway's `http://127.0.0.1:8080/v1`: search in the help centre then looks at what a question means, too; empty: it does without.",
    ),
    Setting("support_embeddings_model", str, "", "Model of that endpoint."),
    Setting("support_embeddings_key", str, "", "Key for that endpoint.", secret=True),
    Setting(
        "support_bot_url",
        str,
        "",
        "Endpoint that speaks as OpenAI's does, such as this gateway's `http://127.0.0.1:8080/v1`: its model answers in the messenger, and what it is asked obeys the policy as everybody's requests do. Asked as incognito, so that nothing of it is trained on. Empty: passages of articles answer.",
    ),
    Setting("support_bot_model", str, "", "Model of that endpoint."),
    Setting("support_bot_key", str, "", "Key for that endpoint.", secret=True),
    Setting(
        "support_bot_calls_a_day",
        int,
        "5000",
        "How often a day that model is asked at most, by everybody together. Beyond it, search, issues and people stay.",
    ),
    Setting("appeal_days", float, "14", "Days in which an appeal is to be decided."),
    Setting(
        "redress_dir",
        str,
        "",
        "Folder with `en.txt` and `ja.txt`: the courts and dispute bodies that outcomes of appeals name; empty for the shipped texts.",
    ),
    Setting(
        "law_dir",
        str,
        "",
        "Folder with law files of your own, such as `dsa.yaml`; regimes without a file there keep the shipped one.",
    ),
    Setting(
        "disable_bug_command",
        _flag,
        "0",
        "Take in no feedback (`/bug`, thumbs) at all.",
        aliases=("DISABLE_BUG_COMMAND", "DISABLE_FEEDBACK_COMMAND"),
    ),
    Setting("disable_survey", _flag, "0", "Count no answers to the survey."),
    Setting(
        "feedback_survey_rate",
        float,
        "0.05",
        "Share of sessions, 0 to 1, in which clients ask how it is doing; 0: never.",
    ),
    Setting("tracker_url", str, "https://api.github.com", "API of the issue tracker, GitHub's shape."),
    Setting(
        "tracker_repository",
        str,
        "",
        "Repository for issues, such as `example/product`; empty: feedback offers no issue.",
    ),
    Setting("tracker_token", str, "", "Token that may open issues there, and nothing else.", secret=True),
    Setting(
        "tracker_private",
        _flag,
        "0",
        "Let the tracker's address be private and without TLS; for development.",
    ),
    Setting("log_level", str, "info", "`debug`, `info`, `warning` or `error`."),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


def get(name: str, environ: Mapping[str, str] | None = None) -> object:
    """Return the value of a declared setting. Raises `SekishoError` when what is set cannot be read."""
    setting = BY_NAME[name]
    raw = _raw(setting, os.environ if environ is None else environ)
    try:
        return setting.parse(raw)
    except (ValueError, KeyError) as problem:
        shown = "(secret)" if setting.secret else repr(raw)
        remedy = _remedy(setting)
        raise SekishoError(
            "setting_unreadable",
            Text(
                f"SEKISHO_{name.upper()} is {shown}, which cannot be read. {remedy.en}",
                f"SEKISHO_{name.upper()} の値 {shown} を読み取れません。{remedy.ja}",
            ),
        ) from problem


def _remedy(setting: Setting) -> Text:
    """What to set instead."""
    if isinstance(setting.parse, _OneOf):
        *others, last = setting.parse.words
        return Text(
            f"Set {', '.join(others)} or {last}.",
            f"{'、'.join(setting.parse.words)} のいずれかを指定してください。",
        )
    return Text(setting.help, "docs/operate/settings.md を参照してください。")


def text(name: str) -> str:
    return str(get(name))


def number(name: str) -> float:
    return float(str(get(name)))


def integer(name: str) -> int:
    return int(str(get(name)))


def flag(name: str) -> bool:
    return bool(get(name))


def folder(name: str) -> Path:
    """Return a folder setting as an absolute path. It need not exist yet."""
    return Path(str(get(name))).expanduser().absolute()


def words(name: str) -> tuple[str, ...]:
    value = get(name)
    return value if isinstance(value, tuple) else (str(value),)


def _raw(setting: Setting, environ: Mapping[str, str]) -> str:
    for variable in (f"SEKISHO_{setting.name.upper()}", *setting.aliases):
        if variable in environ:
            return environ[variable]
        if file := environ.get(f"{variable}_FILE"):
            return Path(file).read_text(encoding="utf-8").strip()
    return setting.default
