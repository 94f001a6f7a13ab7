"""Why somebody cannot allow, and why an organisation cannot join: the sentences. No Django."""

from __future__ import annotations

from sekisho.base.text import Text
from sekisho.records.consent.types import Joining

WHY_NOT = {
    "not_own_account": Text(
        "Only the person whose account it is can choose.", "この選択は、アカウントのご本人だけが行えます。"
    ),
    "organisation": Text(
        "This is an organisation's account. Whether its turns are used is decided under its data settings.",
        "これは組織のアカウントです。学習への利用は、組織のデータ設定で決まります。",
    ),
    "shared_account": Text(
        "Several people use this account, so nobody can allow it for all of them. It stays off.",
        "このアカウントは複数の方が利用しているため、どなたも全員に代わって許可することはできません。オフのままとなります。",
    ),
    "education": Text(
        "This account belongs to education, so nothing of it is used for training. It stays off.",
        "教育向けのアカウントのため、学習に使われることはありません。オフのままとなります。",
    ),
    "minor": Text(
        "You told us that you are under 18, so nothing of yours is used for training. It stays off.",
        "18歳未満とお答えいただいているため、学習に使われることはありません。オフのままとなります。",
    ),
    "age_unknown": Text(
        "We do not know whether you are 18 or older, so nothing of yours is used for training. You can tell us below.",
        "18歳以上かどうかが分からないため、学習に使われることはありません。下の欄でお知らせいただけます。",
    ),
}
"""Why somebody cannot allow, by the code of `MayNot`."""

WHY_NOT_JOIN = {
    Joining.PLAN: Text(
        "Only organisations on the plans team, enterprise and api can take part: personal accounts choose for "
        "themselves, and those who pass on what others said cannot agree for them.",
        "参加できるのは team、enterprise、api プランの組織だけです。個人のアカウントはご本人が選択し、"
        "第三者の発言を取り次ぐ事業者が代わりに同意することはできません。",
    ),
    Joining.EDUCATION: Text(
        "An organisation of education cannot take part: its people are taken to be minors.",
        "教育向けの組織は参加できません。利用者が未成年者として扱われるためです。",
    ),
    Joining.ZERO_RETENTION: Text(
        "With zero retention nothing is kept that could be given. Switch it off first if you want to take part.",
        "ゼロデータ保持が有効なため、提供できるものがありません。参加するには、先に無効にしてください。",
    ),
    Joining.ATTESTATION: Text(
        "Say in 10 to 300 characters by what right you decide this for the organisation, such as your office.",
        "どのような権限でこの決定をするのか、役職などを10〜300文字でお書きください。",
    ),
}
"""Why an organisation cannot join."""
