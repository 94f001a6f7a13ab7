"""What the desk's mails say: pairs of Japanese and English, versioned, with typed places for values (R-SUP-083).

A mail with a value missing, too many or of another type is not sent: the lesson of GOV.UK Notify. Texts are never
edited in place: a changed text is a new version, and `tests/golden/mail_templates.txt` holds each version's digest.
No Django.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from urllib.parse import urlsplit

from sekisho.base.errors import SekishoError
from sekisho.base.text import Lang, Text
from sekisho.cases.mail.rules.quoting import DELIMITER

_DAYS = Text("Mon Tue Wed Thu Fri Sat Sun", "月 火 水 木 金 土 日")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
LINE_CHARS, TEXT_CHARS = 200, 400_000


# --- kinds of values: each gives the text for a reader's language, or None for what is none of its kind --------
def reference(value: object, lang: Lang) -> str | None:
    """A case's name for people, such as `K7F3-92QD`."""
    return value if isinstance(value, str) and _REFERENCE.fullmatch(value) else None


def moment(value: object, lang: Lang) -> str | None:
    """A moment with a time zone, in which it is told."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    day = _DAYS.in_(lang).split()[value.weekday()]
    zone = value.tzname() or "UTC"
    if lang == "ja":
        return f"{value.year}年{value.month}月{value.day}日（{day}）{value:%H:%M}（{zone}）"
    return f"{day} {value.day} {_MONTHS[value.month - 1]} {value.year}, {value:%H:%M} ({zone})"


def link(value: object, lang: Lang) -> str | None:
    """A whole address of the web."""
    if not isinstance(value, str) or re.search(r"\s", value) or len(value) > 2_000:
        return None
    parts = urlsplit(value)
    return value if parts.scheme in ("http", "https") and parts.netloc else None


def line(value: object, lang: Lang) -> str | None:
    """A few words on one line; not empty."""
    is_one = isinstance(value, str) and 0 < len(value.strip()) <= LINE_CHARS and value.isprintable()
    return value.strip() if is_one and isinstance(value, str) else None


def paragraphs(value: object, lang: Lang) -> str | None:
    """Text of any length that a person wrote; not empty."""
    is_some = isinstance(value, str) and 0 < len(value.strip()) <= TEXT_CHARS
    return value.strip() if is_some and isinstance(value, str) else None


def note(value: object, lang: Lang) -> str | None:
    """A sentence of ours for this mail, with an empty line after it; or none."""
    if not isinstance(value, Text):
        return "" if value is None else None
    return f"{value.in_(lang)}\n\n"


Type = Callable[[object, Lang], str | None]


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    version: int
    subject: Text
    body: Text
    takes: Mapping[str, Type]
    is_answered: bool = True
    """Whether a reply to it goes to the case: our delimiter then stands above it."""

    @property
    def id(self) -> str:
        return f"{self.name}@{self.version}"


def render(name: str, lang: Lang, **values: object) -> tuple[str, str]:
    """Return subject and body in one language. Raises `SekishoError`: `no_such_template`, or `template_value` for a
    value that is missing, unknown, or of another type; `data["value"]` names it."""
    template = TEMPLATES.get(name)
    if template is None:
        raise SekishoError("no_such_template", _NO_SUCH.format(name=name), name=name)
    if unknown := sorted(values.keys() - template.takes.keys()):
        raise _unfit(template, unknown[0])
    filled: dict[str, str] = {}
    for wanted, type_ in template.takes.items():
        made = type_(values.get(wanted), lang)
        if made is None:
            raise _unfit(template, wanted)
        filled[wanted] = made
    head = f"{DELIMITER}\n\n" if template.is_answered else ""
    return template.subject.in_(lang).format(**filled), head + template.body.in_(lang).format(**filled) + "\n"


def pair(name: str, **values: object) -> tuple[Text, Text]:
    """Return subject and body in both languages, as notices take them. Raises as `render` does."""
    (en, english), (ja, japanese) = (render(name, lang, **values) for lang in ("en", "ja"))
    return Text(en, ja), Text(english.strip(), japanese.strip())


def places(text: str) -> frozenset[str]:
    """Return the names of a text's places for values."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def _unfit(template: Template, value: str) -> SekishoError:
    return SekishoError("template_value", _UNFIT.format(id=template.id, value=value), value=value)


_NO_SUCH = Text("There is no mail template “{name}”.", "メールのひな形「{name}」はありません。")
_UNFIT = Text(
    "The mail was not made: “{value}” is missing from the template {id}, or not of its type.",
    "メールを作成できません。ひな形 {id} の「{value}」が不足しているか、形式が合っていません。",
)
_FOOT_REPLY = Text(
    "--\nReference {reference}. Reply to this mail to add something: your answer reaches the case as long as it comes "
    "from the address to which this mail was sent.",
    "--\n受付番号 {reference}。追加のご連絡は、このメールにそのままご返信ください。"
    "このメールの宛先アドレスからの返信のみ、お問い合わせに追加されます。",
)
_FOOT_AUTO = Text(
    "--\nReference {reference}. This message was sent by a program.",
    "--\n受付番号 {reference}。このメールは自動送信されています。",
)


def _with(body: Text, foot: Text) -> Text:
    return Text(f"{body.en}\n\n{foot.en}", f"{body.ja}\n\n{foot.ja}")


_ALL = (
    Template(
        "confirmation",
        1,
        Text("We have received your request [{reference}]", "お問い合わせを受け付けました [{reference}]"),
        _with(
            Text(
                "We have received your request. A person reads it and answers to this address.\n\n"
                "We aim to answer by {promised}.",
                "お問い合わせを受け付けました。担当者が内容を確認し、このアドレスへメールで回答いたします。\n\n"
                "{promised} までに回答する予定です。",
            ),
            _FOOT_REPLY,
        ),
        {"reference": reference, "promised": moment},
    ),
    Template(
        "received",
        1,
        Text("We have received your message [{reference}]", "ご連絡を受け付けました [{reference}]"),
        _with(
            Text(
                "We have received your message. A person reads it, and you will hear from us at this address.",
                "ご連絡を受け付けました。担当者が内容を確認し、このアドレスへご連絡いたします。",
            ),
            _FOOT_REPLY,
        ),
        {"reference": reference},
    ),
    Template(
        "hand_over",
        1,
        Text(
            "Your conversation was handed to our team [{reference}]", "担当者に引き継ぎました [{reference}]"
        ),
        _with(
            Text(
                "Your conversation with the assistant was handed to our support team, with what you both said. "
                "Nobody is waiting in the chat: the answer comes by mail, to this address.\n\n"
                "We aim to answer by {promised}.",
                "アシスタントとの会話を、それまでの内容とともにサポート担当者へ引き継ぎました。チャットでの応対は行わず、"
                "このアドレスへメールで回答いたします。\n\n{promised} までに回答する予定です。",
            ),
            _FOOT_REPLY,
        ),
        {"reference": reference, "promised": moment},
    ),
    Template(
        "confirm_contact",
        1,
        Text("Please confirm your address", "メールアドレスの確認をお願いします"),
        Text(
            "Somebody gave us this address for a request. If it was you, open this link to confirm it; we write to you "
            "here only after that.\n\n{link}\n\nIf it was not you, do nothing. You will not hear from us again.\n\n"
            "--\nThis message was sent by a program and always has the same words.",
            "お問い合わせの連絡先として、このアドレスが指定されました。ご本人の場合は、次のリンクを開いてご確認ください。"
            "確認が済むまで、このアドレスへほかのご連絡はいたしません。\n\n{link}\n\n"
            "お心当たりのない場合は、何もなさらずにこのメールを破棄してください。以後のご連絡はありません。\n\n"
            "--\nこのメールは自動送信されており、文面は常に同じです。",
        ),
        {"link": link},
        is_answered=False,
    ),
    Template(
        "reply",
        1,
        Text("Your request [{reference}]", "お問い合わせについて [{reference}]"),
        _with(Text("{translated}{text}", "{translated}{text}"), _FOOT_REPLY),
        {"reference": reference, "text": paragraphs, "translated": note},
    ),
    Template(
        "closing",
        1,
        Text("Your request was closed [{reference}]", "お問い合わせを完了しました [{reference}]"),
        _with(
            Text(
                "We believe that your request is settled, and have closed it. If it is not, reply to this mail before "
                "{reopens_until}: the case is then open again.",
                "お問い合わせは解決したものとして、対応を完了いたしました。解決していない場合は、{reopens_until} までに"
                "このメールへご返信ください。対応を再開いたします。",
            ),
            _FOOT_REPLY,
        ),
        {"reference": reference, "reopens_until": moment},
    ),
    Template(
        "transcript",
        1,
        Text("Transcript of your request [{reference}]", "お問い合わせの記録 [{reference}]"),
        _with(
            Text(
                "You asked for what was said in this request. Here it is, oldest first.\n\n{text}",
                "ご請求いただいたお問い合わせの記録を、古い順にお送りします。\n\n{text}",
            ),
            _FOOT_AUTO,
        ),
        {"reference": reference, "text": paragraphs},
    ),
    Template(
        "undeliverable",
        2,
        Text("Mail to one of your addresses came back", "メールをお届けできないアドレスがあります"),
        Text(
            "Our mail about your request {reference} came back from {address}, and nothing more is sent there. What we "
            "answer stands on the page of your request.\n\n"
            "Please confirm another address: from then on, answers go there.",
            "お問い合わせ {reference} についてのメールが、{address} から差し戻されました。"
            "今後このアドレスへはお送りしません。回答は、お問い合わせのページでご覧いただけます。\n\n"
            "別のメールアドレスをご登録のうえ、ご確認ください。確認が済みしだい、回答をそちらへお送りします。",
        ),
        {"reference": reference, "address": line},
        is_answered=False,
    ),
)
TEMPLATES: Mapping[str, Template] = {one.name: one for one in _ALL}

ENCRYPTED = Text(
    "Your mail was encrypted, and we cannot open it. Please send it again unencrypted, or write in the messenger.",
    "お送りいただいたメールは暗号化されており、開くことができません。"
    "暗号化せずに再度お送りいただくか、メッセンジャーからお書きください。",
)
"""Said in the case when somebody sent a mail that nobody here can open."""
TRANSLATED = {
    "en": Text("(Translated by a machine from English.)", "（英語から機械翻訳した文章です。）"),
    "ja": Text("(Translated by a machine from Japanese.)", "（日本語から機械翻訳した文章です。）"),
}
"""Stands above an answer that was translated (R-SUP-084)."""
FIRST_MAIL = (
    Text("Please confirm that you wrote to us", "お問い合わせのご確認をお願いします"),
    Text(
        "A mail from this address reached our support mailbox. To have it read, open the link below and confirm that "
        "you wrote it.\n\nIf you did not, do nothing: it is deleted, unread, after seven days.",
        "このアドレスからのメールが、サポート窓口に届きました。担当者による確認をご希望の場合は、下のリンクを開き、"
        "ご自身が送信したことをご確認ください。\n\nお心当たりのない場合は、何もなさらないでください。"
        "メールは読まれることなく、7 日後に削除されます。",
    ),
)
"""All that somebody is told whose first mail comes to a mailbox for support: fixed words, none of the mail's
(R-SUP-078)."""
