"""Whether a payment is given back (R-SUP-098): a pure function of what is known of it, the windows, and the moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from sekisho.accounts.rules import CONSUMER_PLANS
from sekisho.base.text import Text
from sekisho.support.recovery.rules.windows import RefundLaw, Region, shuts_at
from sekisho.support.recovery.types import Decision, Purchase, Refund, Usage

ANYWHERE = ("Etc/GMT+12",)
"""Where a day ends last: for whom no zone is known, the doubt is ours."""


def eligible(purchase: Purchase, at: datetime, law: RefundLaw) -> Refund:
    """Return what becomes of a wish for a refund at the moment `at`, with its reason and the article that says so.

    What was paid back is done; what a store sold the store pays back; what was charged twice is paid back whenever
    somebody notices. Then the law of where the customer lives, which no earlier refund and no terms take away; then our
    own terms. Somebody in a country that nobody knows is not refused by a machine.
    """
    if purchase.refunded_at is not None:
        return Refund(Decision.REFUNDED, _REFUNDED, law.terms.article)
    if purchase.sold_by.is_store:
        return Refund(Decision.STORE, _STORE, law.terms.article)
    if purchase.is_duplicate:
        return Refund(Decision.FULL, _DUPLICATE, law.terms.article)
    region = law.region_of(purchase.country)
    if region and (found := _by_law(purchase, at, region)):
        return found
    by_terms = _by_terms(purchase, at, law)
    if by_terms.decision is Decision.NOT and not purchase.country and purchase.plan in CONSUMER_PLANS:
        return Refund(Decision.ASK, _ASK, law.terms.article)
    return by_terms


def _by_law(purchase: Purchase, at: datetime, region: Region) -> Refund | None:
    """What the law gives; None where it gives nothing. It is for consumers, and for the contract that they made: who
    let it renew has not made another (CJEU, C-565/22)."""
    if purchase.plan not in CONSUMER_PLANS or purchase.is_renewal:
        return None
    zones = (purchase.zone,) if purchase.zone else region.countries[purchase.country]
    until = shuts_at(purchase.at, region.days, zones, purchase.country, rolls=region.rolls)
    if at >= until or purchase.usage is Usage.ALL:
        return None
    if purchase.usage is Usage.NONE:
        return Refund(Decision.FULL, _named(_BY_LAW, region), region.article, until)
    if region.after_use == "proportionate":
        return Refund(Decision.PROPORTIONATE, _named(_IN_PART, region), region.article, until)
    return None


def _by_terms(purchase: Purchase, at: datetime, law: RefundLaw) -> Refund:
    terms = law.terms
    until = shuts_at(purchase.at, terms.days, (purchase.zone,) if purchase.zone else _zones(purchase, law))
    lately = [one for one in purchase.earlier_refunds if one > at - timedelta(days=terms.again_after_days)]
    if purchase.plan not in CONSUMER_PLANS:
        return Refund(Decision.NOT, _CONTRACT, terms.article)
    if at >= until:
        return Refund(Decision.NOT, _LATE.format(days=terms.days), terms.article, until)
    if purchase.is_renewal and not terms.renewals:
        return Refund(Decision.NOT, _RENEWED, terms.article, until)
    if lately:
        return Refund(Decision.NOT, _AGAIN.format(days=terms.again_after_days), terms.article, until)
    if purchase.usage is Usage.NONE:
        return Refund(Decision.FULL, _BY_TERMS.format(days=terms.days), terms.article, until)
    if purchase.usage is Usage.SOME and terms.after_use == "proportionate":
        return Refund(Decision.PROPORTIONATE, _BY_TERMS.format(days=terms.days), terms.article, until)
    return Refund(Decision.NOT, _USED, terms.article, until)


def _zones(purchase: Purchase, law: RefundLaw) -> tuple[str, ...]:
    region = law.region_of(purchase.country)
    return region.countries[purchase.country] if region else ANYWHERE


def _named(words: Text, region: Region) -> Text:
    return Text(
        words.en.format(days=region.days, region=region.name.en),
        words.ja.format(days=region.days, region=region.name.ja),
    )


_REFUNDED = Text("This payment was refunded before.", "このお支払いはすでに返金済みです。")
_STORE = Text(
    "This was bought in a store for apps, which has the money. Ask for the refund there.",
    "このお支払いはアプリストアでのご購入です。返金はストアにご請求ください。",
)
_DUPLICATE = Text(
    "The same was charged twice. The second charge is refunded in full.",
    "同じ内容が二重に請求されています。重複分を全額返金します。",
)
_BY_LAW = Text(
    "Consumers in {region} may withdraw within {days} days without giving a reason.",
    "{region}の消費者は、{days}日以内であれば理由を示さずに契約を撤回できます。",
)
_IN_PART = Text(
    "Consumers in {region} may withdraw within {days} days. What was used is paid for; the rest is refunded.",
    "{region}の消費者は、{days}日以内であれば契約を撤回できます。それまでのご利用分を除いて返金します。",
)
_BY_TERMS = Text(
    "It was paid in the last {days} days and not used.", "お支払いから{days}日以内で、ご利用がありません。"
)
_CONTRACT = Text(
    "Refunds for organisations follow their contract. Billing looks at it with you.",
    "組織向けプランの返金は契約の定めによります。請求担当者が内容を確認します。",
)
_LATE = Text(
    "The time for refunds is over: {days} days after the payment.",
    "返金の期限（お支払いから{days}日）を過ぎています。",
)
_RENEWED = Text("Renewals are not refunded.", "更新分は返金の対象になりません。")
_AGAIN = Text(
    "Another payment of this account was refunded in the last {days} days.",
    "このアカウントでは、過去{days}日以内に別のお支払いを返金しています。",
)
_USED = Text("It was used already.", "すでにご利用いただいているため、返金の対象になりません。")
_ASK = Text(
    "It hangs on where you live. Say so, and a person looks at it.",
    "お住まいの国によって扱いが異なります。国をお知らせいただければ、担当者が確認します。",
)
