"""Every page there is, and who may see it. A page that is missing here is found by `test_pages.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sekisho.notices.links import Purpose, token
from tests.cast import Cast
from tests.console.mail_rows import HELD

TOLD = "sor_told"
"""Id of a statement of reasons, and with `ntc_` that of the notice that tells of it."""
APPEALED, ANSWERED = "apl_page", "apl_done"
"""Ids of an appeal that Fumi has on the desk, and of one that was decided."""

ASKED = "dsr_page"
"""Id of a request for a copy that somebody made who cannot sign in."""

REVIEWED, REPORTED = "case_page", "case_done"
"""Ids of a case that Emi holds, and of a report that was decided."""


CLAIMED, MAILBOX_LOST, WITHDRAWN = "rcl_page", "rcl_lost", "wdr_page"
"""Ids of what somebody asked who cannot sign in: about data, about the address itself; and of a withdrawal."""
RECOVERIES = (
    ("CODE", Purpose.RECOVERY, CLAIMED),
    ("CLAIM", Purpose.RECOVERY, CLAIMED),
    ("STOP", Purpose.RECOVERY_STOP, MAILBOX_LOST),
    ("WITHDRAWN", Purpose.WITHDRAWAL, WITHDRAWN),
    ("CONTACTED", Purpose.WITHDRAWAL_CONTACT, WITHDRAWN),
)


NOTICED, COMPLAINED, ORDERED = "tkt_notice", "tkt_complaint", "tkt_order"
"""Ids of the cases of a notice that was decided, of a complaint, and of an order of an authority."""


@dataclass(frozen=True)
class Address:
    path: str
    """With `ORG` for Aiko's organisation, `KEY` for its key, `STATEMENT` for the token of a statement's link,
    `APPEAL` and `OUTCOME` for those that follow an appeal, `REPORT` for one that follows a report."""
    who: str
    """A person of the cast who sees it; empty for a page that everybody sees."""
    route: str

    def of(self, cast: Cast, key_id: str) -> str:
        link = token(Purpose.STATEMENT, TOLD, datetime(2100, 1, 1, tzinfo=UTC))
        path = self.path.replace("ORG", cast.atelier.id).replace("KEY", key_id)
        for name, appeal in (("APPEAL", APPEALED), ("OUTCOME", ANSWERED)):
            path = path.replace(name, token(Purpose.APPEAL, appeal, datetime(2100, 1, 1, tzinfo=UTC)))
        for name, purpose, about in RECOVERIES:
            path = path.replace(name, token(purpose, about, datetime(2100, 1, 1, tzinfo=UTC)))
        for name, matter in (("NOTICED", NOTICED), ("COMPLAINED", COMPLAINED)):
            path = path.replace(name, token(Purpose.MATTER, matter, datetime(2100, 1, 1, tzinfo=UTC)))
        path = path.replace("MAILED", token(Purpose.MAIL, HELD, datetime(2100, 1, 1, tzinfo=UTC)))
        path = path.replace("RIGHTS", token(Purpose.RIGHTS, ASKED, datetime(2100, 1, 1, tzinfo=UTC)))
        path = path.replace("REPORT", token(Purpose.REPORT, REPORTED, datetime(2100, 1, 1, tzinfo=UTC)))
        return path.replace("STATEMENT", link)


ADDRESSES = (
    Address("/", "", "console:front"),
    Address("/help", "", "console:help"),
    Address("/help/keys-and-api", "", "console:help-category"),
    Address("/help/articles/lost-key", "", "console:help-article"),
    Address("/help/search?q=refund", "", "console:help-search"),
    Address("/staff/articles", "daiki", "console:staff-articles"),
    Address("/staff/articles/new", "daiki", "console:staff-article-new"),
    Address("/staff/articles/lost-key", "daiki", "console:staff-article"),
    Address("/staff/articles/lost-key/versions/arv_page", "daiki", "console:staff-article-version"),
    Address("/policy", "", "console:policy"),
    Address("/policy/versions", "", "console:policy-versions"),
    Address("/policy/2024-06-06", "", "console:policy-version"),
    Address("/policy/diff/2024-06-06..2025-09-15", "", "console:policy-diff"),
    Address("/statements/STATEMENT", "", "console:statement"),
    Address("/appeals/new/STATEMENT", "", "console:appeal-new"),
    Address("/appeals/decision", "", "console:appeal-request"),
    Address("/appeals/decision/req_0000", "", "console:appeal-decision"),
    Address("/appeals/APPEAL", "", "console:appeal"),
    Address("/appeals/OUTCOME", "", "console:appeal"),
    Address("/report", "", "console:report"),
    Address("/reports/REPORT", "", "console:report-state"),
    Address("/help/locked-out", "", "console:locked-out"),
    Address("/help/locked-out/mailbox", "", "console:locked-out-mailbox"),
    Address("/help/locked-out/code/CODE", "", "console:locked-out-code"),
    Address("/help/locked-out/CLAIM", "", "console:locked-out-claim"),
    Address("/help/locked-out/stop/STOP", "", "console:locked-out-stop"),
    Address("/withdraw", "", "console:withdraw"),
    Address("/withdraw/WITHDRAWN", "", "console:withdrawal"),
    Address("/withdraw/CONTACTED", "", "console:withdrawal"),
    Address("/staff/identity", "daiki", "console:staff-identity"),
    Address(f"/staff/identity/{MAILBOX_LOST}", "daiki", "console:staff-identity-claim"),
    Address(f"/o/ORG/recovery/{MAILBOX_LOST}", "aiko", "console:recovery-owner"),
    Address("/accounts/login/", "", "account_login"),
    Address("/accounts/login/code/", "", "account_request_login_code"),
    Address("/accounts/password/reset/", "", "account_reset_password"),
    Address("/o/ORG", "ben", "console:home"),
    Address("/o/ORG/decisions?period=month", "ben", "console:decisions"),
    Address("/o/ORG/decisions/dec_0000", "ben", "console:decision"),
    Address("/notices", "emi", "console:my-notices"),
    Address("/notices/ntc_emi", "emi", "console:my-notice"),
    Address("/o/ORG/notices", "ben", "console:notices"),
    Address("/o/ORG/notices/ntc_told", "ben", "console:notice"),
    Address("/o/ORG/appeals", "aiko", "console:org-appeals"),
    Address(f"/o/ORG/appeals/new/restriction/{TOLD}", "aiko", "console:org-appeal-new"),
    Address(f"/o/ORG/appeals/{APPEALED}", "ben", "console:org-appeal"),
    Address("/o/ORG/declarations", "ben", "console:declarations"),
    Address("/o/ORG/declarations/minors", "aiko", "console:declare-minors"),
    Address("/o/ORG/declarations/keys/KEY", "aiko", "console:declare"),
    Address("/o/ORG/keys", "ben", "console:keys"),
    Address("/o/ORG/keys/new", "aiko", "console:key-new"),
    Address("/o/ORG/keys/KEY/revoke", "aiko", "console:key-revoke"),
    Address("/o/ORG/webhooks", "ben", "console:webhooks"),
    Address("/o/ORG/webhooks/new", "aiko", "console:webhook-new"),
    Address("/o/ORG/webhooks/whe_page", "aiko", "console:webhook"),
    Address("/o/ORG/webhooks/whe_page/rotate", "aiko", "console:webhook-rotate"),
    Address("/o/ORG/webhooks/whe_page/remove", "aiko", "console:webhook-remove"),
    Address("/o/ORG/conduct?days=91", "ben", "console:conduct"),
    Address("/transparency", "", "console:transparency"),
    Address("/transparency/2026-01-01..2026-03-31", "", "console:transparency-report"),
    Address("/staff/transparency?since=2026-01-01&last=2026-03-31", "emi", "console:staff-transparency"),
    Address(
        "/staff/transparency/2026-01-01..2026-03-31/decisions/action?value=block",
        "emi",
        "console:staff-transparency-ids",
    ),
    Address("/staff/signals", "emi", "console:staff-signals"),
    Address("/playground", "ben", "console:playground"),
    Address("/accounts/password/change/", "ben", "account_change_password"),
    Address("/accounts/2fa/", "ben", "mfa_index"),
    Address("/accounts/logout/", "ben", "account_logout"),
    Address("/staff/decisions", "emi", "console:staff-decisions"),
    Address("/staff/decisions/dec_0000", "emi", "console:staff-decision"),
    Address("/staff/policy", "emi", "console:staff-policy"),
    Address("/staff/policy/reference@2025-09-15", "emi", "console:staff-policy-version"),
    Address("/staff/policy/reference@2025-09-15/activate", "emi", "console:staff-policy-activate"),
    Address(f"/staff/statements/{TOLD}", "emi", "console:staff-statement"),
    Address("/staff/policy/new", "emi", "console:staff-policy-new"),
    Address("/staff/policy/reference@next/backtest/bkt_next", "emi", "console:staff-policy-backtest-run"),
    Address("/staff/exceptions/exc_paper", "emi", "console:staff-exception"),
    Address("/staff/policy/reference@2025-09-15/backtest", "emi", "console:staff-policy-backtest"),
    Address("/staff/policy/reference@2025-09-15/roll-back", "emi", "console:staff-policy-roll-back"),
    Address("/connectors", "", "console:connectors"),
    Address("/connectors/team-calendar", "", "console:connector"),
    Address("/o/ORG/connectors", "aiko", "console:own-connectors"),
    Address("/o/ORG/connectors/new", "aiko", "console:own-connector-new"),
    Address("/o/ORG/connectors/con_calendar", "aiko", "console:own-connector"),
    Address("/staff/connectors", "emi", "console:staff-connectors"),
    Address("/staff/connectors/con_calendar", "emi", "console:staff-connector"),
    Address("/staff/exceptions", "emi", "console:staff-exceptions"),
    Address("/staff/exceptions/new", "emi", "console:staff-exception-new"),
    Address("/o/ORG/policy", "aiko", "console:terms"),
    Address("/staff/model", "emi", "console:staff-model"),
    Address("/o/ORG/holds", "aiko", "console:holds"),
    Address("/o/ORG/holds/rev_page", "ben", "console:hold"),
    Address("/staff/holds", "emi", "console:staff-holds"),
    Address("/staff/holds/rev_page", "emi", "console:staff-hold"),
    Address("/staff/professionals", "emi", "console:staff-professionals"),
    Address("/staff/professionals/new", "emi", "console:staff-professional-new"),
    Address("/staff/professionals/pro_page", "emi", "console:staff-professional"),
    Address("/staff/appeals", "fumi", "console:staff-appeals"),
    Address(f"/staff/appeals/{APPEALED}", "fumi", "console:staff-appeal"),
    Address(f"/staff/appeals/{ANSWERED}", "fumi", "console:staff-appeal"),
    Address("/staff/desk", "daiki", "console:staff-desk"),
    Address("/staff/desk/tkt_page", "daiki", "console:staff-desk-case"),
    Address("/staff/desk/tkt_page/conversations/con_page", "daiki", "console:staff-desk-conversation"),
    Address("/staff/desk/quarantine", "daiki", "console:staff-quarantine"),
    Address("/staff/desk/mail/eml_page", "daiki", "console:staff-mail"),
    Address("/support/mail/MAILED", "", "console:mail-first"),
    Address("/staff/desk/texts", "daiki", "console:staff-desk-macros"),
    Address("/staff/desk/texts/mac_page", "daiki", "console:staff-desk-macro"),
    Address("/staff/desk/numbers", "daiki", "console:staff-desk-numbers"),
    Address("/o/ORG/help/cases", "aiko", "console:org-cases"),
    Address("/o/ORG/help/cases/tkt_page", "aiko", "console:org-case"),
    Address("/help/cases", "ben", "console:own-cases"),
    Address("/help/cases/tkt_page", "ben", "console:own-case"),
    Address("/help/confirm/none", "", "console:case-confirm"),
    Address("/staff/review", "emi", "console:staff-review"),
    Address(f"/staff/review/cases/{REVIEWED}", "emi", "console:staff-review-case"),
    Address(f"/staff/review/cases/{REPORTED}", "emi", "console:staff-review-case"),
    Address("/staff/review/quality", "emi", "console:staff-review-quality"),
    Address("/staff/review/exposure", "emi", "console:staff-review-exposure"),
    Address("/o/ORG/standing", "ben", "console:standing"),
    Address("/staff/standing?q=eu_", "emi", "console:staff-standing"),
    Address("/staff/standing/ORG/end_user/eu_struck", "emi", "console:staff-standing-unit"),
    Address("/staff/ladder", "emi", "console:staff-ladder"),
    Address("/staff/ladder/ldr_page", "emi", "console:staff-ladder-version"),
    Address("/staff/calendar", "daiki", "console:staff-calendar"),
    Address("/staff/retention", "daiki", "console:staff-retention"),
    Address("/staff/legal-holds", "daiki", "console:staff-legal-holds"),
    Address("/staff/legal-holds/new", "daiki", "console:staff-legal-hold-new"),
    Address("/staff/legal-holds/hld_page", "daiki", "console:staff-legal-hold"),
    Address("/staff/legal-holds/hld_waits", "daiki", "console:staff-legal-hold"),
    Address("/staff/erasures", "daiki", "console:staff-erasures"),
    Address("/staff/erasures/ers_page", "daiki", "console:staff-erasure"),
    Address("/staff/providers", "daiki", "console:staff-providers"),
    Address("/staff/providers/openai", "daiki", "console:staff-provider"),
    Address("/o/ORG/feedback", "aiko", "console:feedback"),
    Address("/staff/feedback", "daiki", "console:staff-feedback"),
    Address("/staff/feedback/fb_page", "daiki", "console:staff-feedback-report"),
    Address("/staff/survey", "daiki", "console:staff-survey"),
    Address("/staff/safety", "emi", "console:staff-safety"),
    Address("/staff/safety/sar_page", "emi", "console:staff-safety-read"),
    Address("/staff/datasets", "daiki", "console:staff-datasets"),
    Address("/staff/datasets/dsv_page", "daiki", "console:staff-dataset"),
    Address("/operator", "daiki", "console:operator"),
    Address("/accounts/signup/", "", "account_signup"),
    Address("/privacy", "ben", "console:privacy"),
    Address("/privacy/choice", "chie", "console:privacy-choice"),
    Address("/privacy/age", "ben", "console:privacy-age"),
    Address("/privacy/stored", "aiko", "console:privacy-stored"),
    Address("/privacy/export", "aiko", "console:privacy-export"),
    Address("/privacy/delete", "aiko", "console:privacy-delete"),
    Address("/privacy/access", "aiko", "console:privacy-access"),
    Address("/privacy/grants", "aiko", "console:privacy-grants"),
    Address("/privacy/locked-out/RIGHTS", "", "console:privacy-follow"),
    Address("/privacy/deleted/RIGHTS", "", "console:privacy-deleted"),
    Address("/o/ORG/export", "aiko", "console:export"),
    Address("/staff/requests", "daiki", "console:staff-requests"),
    Address("/privacy/include", "ben", "console:privacy-include"),
    Address("/privacy/move", "ben", "console:privacy-move"),
    Address("/o/ORG/data", "aiko", "console:data"),
    Address("/o/ORG/data/retention?days=7", "aiko", "console:data-retention"),
    Address("/o/ORG/data/zero-retention", "aiko", "console:data-zero-retention"),
    Address("/o/ORG/data/partner", "aiko", "console:data-partner"),
    Address("/help/support", "", "console:support-guide"),
    Address("/o/ORG/support/questions", "aiko", "console:support-questions"),
    Address("/o/ORG/support/questions/ask_page", "aiko", "console:support-question"),
    Address("/o/ORG/support/ask", "ben", "console:support-ask"),
    Address("/o/ORG/support/contacts", "aiko", "console:support-contacts"),
    Address("/o/org_enterprise/support/enterprise", "aiko", "console:support-enterprise"),
    Address("/staff/support-policy", "daiki", "console:staff-support-policy"),
    Address("/contact", "", "console:contact"),
    Address("/contact/eu", "", "console:contact-eu"),
    Address("/contact/eu/authorities", "", "console:contact-eu-authorities"),
    Address("/contact/eu/authorities/order", "", "console:authority-order"),
    Address("/contact/uk", "", "console:contact-uk"),
    Address("/contact/au", "", "console:contact-au"),
    Address("/contact/data-protection", "", "console:contact-data-protection"),
    Address("/illegal-content", "", "console:content-notice"),
    Address("/complaints?region=GB", "", "console:complain-choose"),
    Address("/complaints/new/uk_osa", "", "console:complain"),
    Address("/followed/NOTICED", "", "console:matter"),
    Address("/followed/COMPLAINED", "", "console:matter"),
    Address("/staff/compliance", "fumi", "console:staff-compliance"),
    Address("/staff/compliance/cases", "fumi", "console:staff-compliance-cases"),
    Address(f"/staff/compliance/cases/{NOTICED}", "fumi", "console:staff-compliance-case"),
    Address(f"/staff/compliance/cases/{COMPLAINED}", "fumi", "console:staff-compliance-case"),
    Address("/staff/compliance/orders", "fumi", "console:staff-compliance-orders"),
    Address(f"/staff/compliance/orders/{ORDERED}", "fumi", "console:staff-compliance-order"),
    Address("/staff/compliance/profile", "fumi", "console:staff-compliance-profile"),
    Address("/staff/compliance/contacts/eu", "fumi", "console:staff-compliance-contact"),
    Address("/staff/compliance/law", "fumi", "console:staff-compliance-law"),
    Address("/staff/compliance/registers", "fumi", "console:staff-compliance-registers"),
    Address(
        "/staff/compliance/report?since=2026-01-01&last=2098-12-31", "fumi", "console:staff-compliance-report"
    ),
    Address(
        "/staff/compliance/report/2026-01-01..2098-12-31/complaints/kind?value=data_use",
        "fumi",
        "console:staff-compliance-ids",
    ),
)
ELSEWHERE = {
    "console:help-sitemap",
    "console:help-llms",
    "console:help-markdown",
    "console:help-vote",
    "console:robots",
    "console:staff-article-move",
    "console:locked-out-do",
    "console:locked-out-payment",
    "console:locked-out-evidence",
    "console:privacy-locked-out",
    "console:withdrawal-confirm",
    "console:staff-identity-evidence",
    "console:staff-compliance-do",
    "console:enterprise",
    "console:support-guide-md",
    "console:support-contact-drop",
    "console:support-decide",
    "console:support-enterprise-sent",
    "console:feedback-delete",
    "console:feedback-choices",
    "console:privacy-choose",
    "console:privacy-object",
    "console:privacy-receipt",
    "console:privacy-conversation-delete",
    "console:privacy-link",
    "console:privacy-take-back",
    "console:privacy-take",
    "console:privacy-sure",
    "console:privacy-revoke",
    "console:privacy-stop",
    "console:privacy-fetch",
    "console:export-do",
    "console:staff-request-refuse",
    "console:staff-policy-check",
    "console:staff-policy-shadow",
    "console:terms-check",
    "console:staff-desk-next",
    "console:mail-first-done",
    "console:staff-desk-look",
    "console:staff-desk-do",
    "console:staff-desk-file",
    "console:staff-desk-macro-retire",
    "console:own-case-file",
    "console:staff-review-enclosure",
    "console:staff-review-move",
    "console:staff-review-next",
    "console:preferences",
    "console:playground-found",
    "console:staff-signal-clear",
    "console:transparency-file",
    "console:hold-attestation",
    "console:staff-hold-attestation",
    "console:staff-appeal-attachment",
    "console:webhook-do",
    "console:staff-appeal-channel",
    "console:staff-appeal-move",
    "console:staff-appeal-next",
    "console:staff-appeal-reveal",
}
"""Routes that are no pages: one takes a form, one gives a part of a page."""
