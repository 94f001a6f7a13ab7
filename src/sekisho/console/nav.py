"""Where a reader can go, by audience. Pages that one may not see are not offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the navigation."""

    label: str | Promise
    route: str
    """Name of the page in `console/urls.py`."""
    icon: str
    members: tuple[str, ...] = ()
    """Other routes that count as being there."""
    org: bool = False
    """Whether its address names the organisation."""


@dataclass(frozen=True, slots=True)
class Item:
    label: str | Promise
    href: str
    icon: str
    current: bool
    count: int = 0
    """How many things there are new; none is shown without a number."""


@dataclass(frozen=True, slots=True)
class Section:
    heading: str | Promise
    items: tuple[Item, ...]


NOTICES, MY_NOTICES = "console:notices", "console:my-notices"
QUESTIONS = "console:support-questions"
POLICY = Place(
    _("Usage policy"), "console:policy", "policy", ("policy-versions", "policy-version", "policy-diff")
)
PLAYGROUND = Place(_("Playground"), "console:playground", "playground")

TRANSPARENCY = Place(_("Transparency"), "console:transparency", "model", ("transparency-report",))

HELP = Place(_("Help"), "console:help", "help", ("help-category", "help-article", "help-search"))
PUBLIC = (
    HELP,
    POLICY,
    Place(_("Versions"), "console:policy-versions", "decisions"),
    TRANSPARENCY,
    Place(_("Report something"), "console:report", "care", ("report-state",)),
    Place(_("How to get support"), "console:support-guide", "review"),
    Place(_("Sign in"), "account_login", "person"),
)
CUSTOMER = (
    Place(_("Overview"), "console:home", "home", org=True),
    Place(_("Decisions"), "console:decisions", "decisions", ("decision",), org=True),
    Place(_("What you are held to"), "console:terms", "policy", org=True),
    Place(_("Standing"), "console:standing", "decisions", org=True),
    Place(_("Notices"), NOTICES, "notice", ("notice",), org=True),
    Place(_("Appeals"), "console:org-appeals", "appeal", ("org-appeal", "org-appeal-new"), org=True),
    Place(_("Held answers"), "console:holds", "hold", ("hold",), org=True),
    Place(_("End users' conduct"), "console:conduct", "stream", org=True),
    Place(
        _("Connectors"),
        "console:own-connectors",
        "gateway",
        ("own-connector", "own-connector-new"),
        org=True,
    ),
    Place(_("Keys"), "console:keys", "key", ("key-new", "key-revoke"), org=True),
    Place(
        _("Members"),
        "console:members",
        "person",
        ("member", "member-remove", "member-leave", "member-hand-over"),
        org=True,
    ),
    Place(
        _("Data"),
        "console:data",
        "shield",
        ("data-retention", "data-zero-retention", "data-partner", "export"),
        org=True,
    ),
    Place(_("Feedback"), "console:feedback", "notice", org=True),
    Place(
        _("Support"),
        QUESTIONS,
        "review",
        (
            *("support-question", "support-ask", "support-contacts", "support-enterprise"),
            *("support-enterprise-sent", "org-cases", "org-case"),
        ),
        org=True,
    ),
    Place(_("Use cases"), "console:declarations", "allow", ("declare", "declare-minors"), org=True),
    Place(
        _("Webhooks"),
        "console:webhooks",
        "webhook",
        ("webhook", "webhook-new", "webhook-rotate", "webhook-remove"),
        org=True,
    ),
)
STAFF = (
    Place(_("Decisions stream"), "console:staff-decisions", "stream", ("staff-decision",)),
    Place(
        _("Policy versions"),
        "console:staff-policy",
        "policy",
        (
            *("staff-policy-version", "staff-policy-activate", "staff-policy-new", "staff-policy-roll-back"),
            *("staff-policy-backtest", "staff-policy-backtest-run"),
        ),
    ),
    Place(_("Connectors"), "console:staff-connectors", "gateway", ("staff-connector",)),
    Place(_("Exceptions"), "console:staff-exceptions", "policy", ("staff-exception", "staff-exception-new")),
    Place(_("Model"), "console:staff-model", "model"),
)
REPORTS = (
    Place(_("Transparency report"), "console:staff-transparency", "model", ("staff-transparency-ids",)),
)
SIGNALS = (Place(_("Signals"), "console:staff-signals", "care"),)
DESK = (
    Place(
        _("Desk"),
        "console:staff-desk",
        "notice",
        (
            *("staff-desk-case", "staff-desk-conversation", "staff-desk-macros", "staff-desk-macro"),
            "staff-desk-numbers",
        ),
    ),
)
REVIEW = (
    Place(
        _("Review"),
        "console:staff-review",
        "review",
        ("staff-review-case", "staff-review-quality", "staff-review-exposure"),
    ),
)
APPEALS = (Place(_("Appeals"), "console:staff-appeals", "appeal", ("staff-appeal",)),)
HOLDS = (Place(_("Held answers"), "console:staff-holds", "hold", ("staff-hold",)),)
PROFESSIONALS = (
    Place(
        _("Professionals"),
        "console:staff-professionals",
        "person",
        ("staff-professional-new", "staff-professional"),
    ),
)
STANDING = (
    Place(_("Standing"), "console:staff-standing", "person", ("staff-standing-unit",)),
    Place(_("Ladder"), "console:staff-ladder", "model", ("staff-ladder-version",)),
)
FEEDBACK = (
    Place(_("Feedback"), "console:staff-feedback", "notice", ("staff-feedback-report",)),
    Place(_("Survey"), "console:staff-survey", "model"),
)
CALENDAR = (Place(_("Calendar"), "console:staff-calendar", "policy"),)
PROVIDERS = (Place(_("Providers"), "console:staff-providers", "gateway", ("staff-provider",)),)
SAFETY = (Place(_("Safety records"), "console:staff-safety", "shield", ("staff-safety-read",)),)
ARTICLES = (
    Place(
        _("Articles"),
        "console:staff-articles",
        "annotate",
        ("staff-article", "staff-article-new", "staff-article-version"),
    ),
)
REQUESTS = (Place(_("Requests about data"), "console:staff-requests", "shield"),)
RETENTION = (Place(_("Retention"), "console:staff-retention", "block"),)
IDENTITY = (Place(_("Proof of identity"), "console:staff-identity", "shield", ("staff-identity-claim",)),)
LEGAL_HOLDS = (
    Place(
        _("Legal holds"), "console:staff-legal-holds", "hold", ("staff-legal-hold", "staff-legal-hold-new")
    ),
)
ERASURES = (Place(_("Erasures"), "console:staff-erasures", "block", ("staff-erasure",)),)
DATASETS = (Place(_("Datasets"), "console:staff-datasets", "stream", ("staff-dataset",)),)
SUPPORT_POLICY = (Place(_("Who is answered"), "console:staff-support-policy", "policy"),)
COMPLIANCE = (
    Place(
        _("Compliance"),
        "console:staff-compliance",
        "policy",
        (
            *("staff-compliance-cases", "staff-compliance-case", "staff-compliance-orders"),
            *("staff-compliance-order", "staff-compliance-profile", "staff-compliance-contact"),
            *("staff-compliance-law", "staff-compliance-registers", "staff-compliance-report"),
            "staff-compliance-ids",
        ),
    ),
)
MAILROOM = (Place(_("Quarantine"), "console:staff-quarantine", "notice", ("staff-mail",)),)
OPERATOR = (Place(_("Gateways and health"), "console:operator", "gateway"),)
SHARED = (PLAYGROUND, POLICY, HELP)
PRIVACY_PAGES = (
    Place(_("Overview"), "console:privacy", "shield"),
    Place(_("What is stored"), "console:privacy-stored", "decisions"),
    Place(_("Take your data along"), "console:privacy-export", "copy"),
    Place(_("Delete"), "console:privacy-delete", "block"),
    Place(_("Who looked at it"), "console:privacy-access", "review"),
    Place(_("Whom you let look"), "console:privacy-grants", "key"),
)
"""The pages of the privacy centre, as each of them lists them."""
ACCOUNT = (
    Place(_("My notices"), MY_NOTICES, "notice", ("my-notice",)),
    Place(_("Your cases"), "console:own-cases", "help", ("own-case",)),
    Place(
        _("Privacy"),
        "console:privacy",
        "shield",
        (
            *("privacy-choice", "privacy-age", "privacy-move", "privacy-stored", "privacy-export"),
            *("privacy-delete", "privacy-access", "privacy-grants", "privacy-sure", "privacy-link"),
        ),
    ),
    Place(_("Security"), "mfa_index", "person", ("mfa_activate_totp", "account_change_password")),
    Place(_("Sign out"), "account_logout", "block"),
)


def section(
    heading: str | Promise,
    places: Iterable[Place],
    here: str,
    address: Callable[[Place], str],
    counts: Mapping[str, int] = MappingProxyType({}),
) -> Section:
    """Return a section of the navigation; `here` is the route of the page being shown, `counts` how many things are new
    at a route."""
    return Section(
        heading,
        tuple(
            Item(place.label, address(place), place.icon, is_at(place, here), counts.get(place.route, 0))
            for place in places
        ),
    )


def is_at(place: Place, here: str) -> bool:
    return here == place.route or here.removeprefix("console:") in place.members
