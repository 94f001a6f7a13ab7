"""Secrets and personal data that prove themselves: by their shape, by a check digit, or by the words before them.

Every finding carries the exact span, so that an answer can be masked. What matches is never in a finding.

Sources: My Number check digit — Order of the Ministry of Internal Affairs and Communications no. 85 of 2014,
article 5; corporate number — Ministry of Finance order, as in `stdnum.jp.cn`; cards — ISO/IEC 7812 (Luhn) and the
brands' published ranges; IBAN — ISO 13616; tokens — the shapes their issuers publish for secret scanning.
"""

# ruff: noqa: E501 - an expression reads better whole than broken

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Final

from stdnum import iban, luhn
from stdnum.jp import cn

from sekisho.detection.detectors.rule_detector import RuleDetector
from sekisho.detection.matching import Rule

PRIVACY: Final = "privacy_identity"
DIGITS: Final = tuple("0123456789")
NUMBER: Final = "[^0-9 -]"
"""What ends a number that may be written in groups."""
TOKEN: Final = r"[\s\"'`<>()\[\]{},;。、]"  # noqa: S105 - a character class
JOINTS: Final = "._-/:#%=+_"


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


# ── numbers with a check digit ───────────────────────────────────────────────────────────────────────────────
def is_my_number(text: str) -> bool:
    """Return whether 12 digits carry a right My Number check digit.

    P_n is the n-th digit from the right without the check digit, Q_n is n + 1 up to n = 6 and n - 5 from then
    on; the check digit is 11 - (sum of P_n x Q_n mod 11), and 0 where that remainder is 0 or 1.
    """
    digits = _digits(text)
    if len(digits) != 12 or len(set(digits)) < 3:
        return False
    body = [int(digit) for digit in reversed(digits[:-1])]
    total = sum(digit * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(body, 1))
    rest = total % 11
    return int(digits[-1]) == (0 if rest <= 1 else 11 - rest)


def is_corporate_number(text: str) -> bool:
    digits = _digits(text)
    return len(set(digits)) > 2 and bool(cn.is_valid(digits))


def is_card(text: str) -> bool:
    """Return whether a number lies in a brand's range, has its length, and passes the Luhn check."""
    digits = _digits(text)
    return len(set(digits)) > 1 and _brand_fits(digits) and bool(luhn.is_valid(digits))


def _brand_fits(digits: str) -> bool:
    length, two, three, four = len(digits), int(digits[:2]), int(digits[:3]), int(digits[:4])
    return (
        (digits[0] == "4" and length in (13, 16, 19))
        or (length == 16 and (51 <= two <= 55 or 2221 <= four <= 2720))
        or (length == 15 and two in (34, 37))
        or (length == 16 and 3528 <= four <= 3589)
        or (length == 14 and (300 <= three <= 305 or two in (36, 38)))
        or (length in (16, 19) and (four == 6011 or two in (62, 65) or 644 <= three <= 649))
    )


def is_iban(text: str) -> bool:
    return bool(iban.is_valid(text.replace("-", " ")))


def is_japanese_phone(text: str) -> bool:
    """Return whether it has the 10 digits of a Japanese line or the 11 of a mobile, with at least some groups."""
    digits = _digits(text)
    return len(digits) == (11 if digits[:3] in ("050", "060", "070", "080", "090") else 10)


def is_ssn(text: str) -> bool:
    """Return whether a US social security number could have been issued: no 000, 666, 9xx; no zero group."""
    area, group, serial = _digits(text)[:3], _digits(text)[3:5], _digits(text)[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────────────────
def is_random(text: str) -> bool:
    """Return whether a token looks drawn by lot, not written by hand (`sk-your-key-here`, `AKIAXXXXXXXX`)."""
    body = text[-16:]
    counts = Counter(body)
    entropy = -sum(n / len(body) * math.log2(n / len(body)) for n in counts.values())
    return entropy >= 2.75 and any(char.isdigit() for char in text)


def is_own_password(text: str) -> bool:
    """Return whether a connection string holds a real password, not a placeholder for one."""
    password = text.rsplit("@", 1)[0].rsplit(":", 1)[1].lower()
    placeholders = {
        "password",
        "pass",
        "passwd",
        "pwd",
        "secret",
        "changeme",
        "xxx",
        "xxxx",
        "postgres",
        "root",
    }
    return password not in placeholders and not password.startswith(("$", "<", "{", "*", "%("))


def _secret(code: str, anchors: str, pattern: str, width: int = 120) -> Rule:
    return Rule(
        code=f"secret_{code}", clause=PRIVACY, anchors=tuple(anchors.split()), pattern=pattern, width=width,
        stops=TOKEN, raw=True, begins=True, not_after="-_", check=is_random,
    )  # fmt: skip


SECRETS: Final = (
    _secret("anthropic_key", "sk-ant-", r"sk-ant-[A-Za-z0-9_\-]{24,120}", 140),
    _secret("openai_key", "sk-proj- sk-svcacct- sk-admin-", r"sk-(?:proj|svcacct|admin)-[A-Za-z0-9_\-]{24,170}", 190),
    _secret("api_key", "sk- sk_live_ sk_test_ rk_live_", r"(?:sk-|[sr]k_(?:live|test)_)[A-Za-z0-9]{24,64}\b"),
    _secret("aws_key", "akia asia", r"(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    _secret("github_token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36}\b"),
    _secret("github_token", "github_pat_", r"github_pat_[A-Za-z0-9_]{40,90}\b"),
    _secret("gitlab_token", "glpat-", r"glpat-[A-Za-z0-9_\-]{20,40}\b"),
    _secret("slack_token", "xoxb- xoxp- xoxa- xoxr- xoxs- xapp-", r"(?:xox[bpars]|xapp)-[A-Za-z0-9\-]{20,90}\b"),
    _secret("google_key", "aiza", r"AIza[A-Za-z0-9_\-]{35}\b"),
    _secret("huggingface_token", "hf_", r"hf_[A-Za-z0-9]{30,40}\b"),
    _secret("npm_token", "npm_", r"npm_[A-Za-z0-9]{36}\b"),
    _secret("jwt", "eyj", r"eyJ[A-Za-z0-9_\-]{8,80}\.eyJ[A-Za-z0-9_\-]{8,100}\.?[A-Za-z0-9_\-]{0,90}", 200),
    Rule(
        "secret_private_key", PRIVACY, ("-----begin ",),
        r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP |ENCRYPTED )?PRIVATE KEY(?: BLOCK)?-----[\s\\nr]{1,6}[A-Za-z0-9+/=\s\\:,.\-]{20,140}",
        width=200, stops="", raw=True, begins=True,
    ),
    Rule(
        "secret_connection_string", PRIVACY,
        ("postgres://", "postgresql://", "mysql://", "mongodb://", "mongodb+srv://", "redis://", "amqp://"),
        r"[a-zA-Z+]{5,12}://[^\s:/@]{0,40}:[^\s:/@]{4,60}@[A-Za-z0-9.\-]{1,60}",
        width=180, stops=r"[\s\"'`<>]", raw=True, begins=True, check=is_own_password,
    ),
)  # fmt: skip

# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────
_IBAN_COUNTRIES: Final = (
    "ad ae al at az ba be bg bh br by ch cr cy cz de dk do ee eg es fi fo fr gb ge gi gl gr gt hr hu ie il iq is it "
    "jo kw kz lb lc li lt lu lv ly mc md me mk mr mt mu nl no pk pl ps pt qa ro rs sa sc se si sk sm st sv tl tn tr "
    "ua va vg xk"
)
_IBAN_ANCHORS: Final = tuple(
    country + digits
    for country in _IBAN_COUNTRIES.split()
    for digits in (*DIGITS, "ii", "ee", "aa", "ss", "tt")
)
"""Country and first check digit; a doubled digit between letters has been read as leet by then."""


_CLOSE: Final = r"(?:[ \-]{1,2}\d{0,4})?[ \-]{0,2}$"
"""What may follow a number in its window: nothing, or a short one such as the year in which a card expires."""


def _number(code: str, pattern: str, **more: Any) -> Rule:
    return Rule(
        code=code, clause=PRIVACY, anchors=DIGITS, pattern=f"({pattern}){_CLOSE}", width=32, stops=NUMBER,
        raw=True, begins=True, not_after=JOINTS, **more,
    )  # fmt: skip


def _card(groups: str) -> Rule:
    """A card in groups of so many digits, joined or not. It ends where a group ends, whatever comes after: more
    digits behind a number must not hide it. Each length is a rule of its own, since each has its own check digit;
    13 digits are none, because no such cards are issued any more and Japanese articles (JAN) have numbers like them.
    """
    body = r"[ \-]?".join(rf"\d{{{size}}}" for size in groups)
    return Rule(
        "card_number", PRIVACY, DIGITS, rf"({body})(?:[ \-]|$)", width=32, stops=NUMBER, raw=True, begins=True,
        not_after="./%+_", check=is_card,
    )  # fmt: skip


PEOPLE: Final = (
    _number(
        "my_number", r"\d{4}[ \-]?\d{4}[ \-]?\d{4}", check=is_my_number,
        needs=r"マイナンバー|個人番号|my ?number|individual number|(?:^|[^\d])\d{4}[ \-]\d{4}[ \-]\d{4}",
        unless=r"追跡|伝票|問い合わせ|送り状|注文|tracking|order|invoice",
    ),
    _number(
        "corporate_number", r"[1-9][ \-]?\d{4}[ \-]?\d{4}[ \-]?\d{4}", check=is_corporate_number,
        needs=r"法人番号|corporate number",
    ),
    *(_card(groups) for groups in ("4442", "4443", "4444", "44443", "464", "465")),
    _number("ssn", r"\d{3}[ \-]?\d{2}[ \-]?\d{4}", check=is_ssn, needs=r"social security|\bssn\b|社会保障番号"),
    _number(
        "phone_number", r"0\d{1,4}[ \-]?\d{1,4}[ \-]?\d{3,4}", check=is_japanese_phone,
        needs=r"電話|携帯|連絡先|\btel\b|phone|mobile|call me",
    ),
    _number("drivers_licence", r"\d{12}", needs=r"運転免許|免許証|driver'?s? licen[cs]e"),
    Rule(
        "passport_number", PRIVACY, ("passport", "パスポート", "旅券"), r"\b([A-Z]{2}\d{7})\b",
        width=40, stops="[\\n。]", raw=True,
    ),
    Rule(
        "iban", PRIVACY, _IBAN_ANCHORS, r"([A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]{4}){2,7}(?:[ \-]?[A-Z0-9]{1,3})?)\b",
        width=46, stops="[^a-z0-9 -]", raw=True, begins=True, not_after=JOINTS, check=is_iban,
    ),
)  # fmt: skip


def detector() -> RuleDetector:
    """Return the detector of secrets and personal data. Language does not matter to it."""
    return RuleDetector(
        "entities",
        (*SECRETS, *PEOPLE),
        canaries=(("card 4111 1111 1111 1111 please", "card 4111 1111 1111 1112 please"),),
    )
