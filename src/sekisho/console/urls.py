"""Addresses of the pages, by audience. Routes are named once here and referred to by name everywhere."""

from __future__ import annotations

from django.urls import path, re_path

from sekisho.console import (
    appeals,
    appeals_desk,
    calendars,
    conduct,
    connectors,
    customer,
    data_settings,
    datasets,
    declarations,
    drafts,
    feedback,
    help,
    help_editing,
    help_exports,
    holds,
    ladder,
    model,
    notices,
    operator,
    own_standing,
    playground,
    preferences,
    privacy,
    privacy_choice,
    privacy_include,
    privacy_move,
    professionals,
    providers,
    public,
    recovery,
    recovery_desk,
    reports,
    retention,
    review,
    rights,
    rights_desk,
    rights_outside,
    safety,
    staff,
    standing,
    statements,
    support_contacts,
    support_enterprise,
    support_guide,
    support_policy,
    support_questions,
    terms,
    transparency,
    versions,
    webhooks,
    withdrawing,
)
from sekisho.console.messenger import moving as messenger_moving
from sekisho.console.messenger import pages as messenger
from sekisho.support.help.categories import CATEGORIES

app_name = "console"

PUBLIC = [
    path("", public.front, name="front"),
    path("preferences", preferences.preferences, name="preferences"),
    path("statements/<str:token>", statements.by_link, name="statement"),
    path("appeals/new/<str:token>", appeals.new, name="appeal-new"),
    path("appeals/decision", appeals.by_request, name="appeal-request"),
    path("appeals/decision/<str:token>", appeals.new, name="appeal-decision"),
    path("appeals/<str:token>", appeals.follow, name="appeal"),
    path("report", reports.new, name="report"),
    path("reports/<str:token>", reports.follow, name="report-state"),
    path("policy", public.current, name="policy"),
    path("policy/versions", public.versions, name="policy-versions"),
    path("policy/diff/<str:before>..<str:after>", public.diff, name="policy-diff"),
    path("policy/<str:version>", public.version, name="policy-version"),
]
CUSTOMER = [
    path("o/<str:org>", customer.home, name="home"),
    path("o/<str:org>/decisions", customer.decisions, name="decisions"),
    path("o/<str:org>/decisions/<str:decision>", customer.decision, name="decision"),
    path("o/<str:org>/policy", terms.own, name="terms"),
    path("o/<str:org>/policy/check", terms.check, name="terms-check"),
    path("notices", notices.own, name="my-notices"),
    path("notices/<str:notice>", notices.one_of_own, name="my-notice"),
    path("o/<str:org>/notices", notices.of_organisation, name="notices"),
    path("o/<str:org>/notices/<str:notice>", notices.one_of_organisation, name="notice"),
    path("o/<str:org>/appeals", appeals.listed, name="org-appeals"),
    path(
        "o/<str:org>/appeals/new/<str:about>/<str:matter>",
        appeals.new_for_organisation,
        name="org-appeal-new",
    ),
    path("o/<str:org>/appeals/<str:appeal>", appeals.read, name="org-appeal"),
    path("o/<str:org>/declarations", declarations.listed, name="declarations"),
    path("o/<str:org>/declarations/minors", declarations.minors, name="declare-minors"),
    path("o/<str:org>/declarations/keys/<str:key>", declarations.declare, name="declare"),
    path("o/<str:org>/keys", customer.keys, name="keys"),
    path("o/<str:org>/keys/new", customer.key_new, name="key-new"),
    path("o/<str:org>/keys/<str:key>/revoke", customer.key_revoke, name="key-revoke"),
    path("o/<str:org>/webhooks", webhooks.listed, name="webhooks"),
    path("o/<str:org>/webhooks/new", webhooks.new, name="webhook-new"),
    path("o/<str:org>/webhooks/<str:endpoint>", webhooks.endpoint, name="webhook"),
    path("o/<str:org>/webhooks/<str:endpoint>/do", webhooks.do, name="webhook-do"),
    path("o/<str:org>/webhooks/<str:endpoint>/rotate", webhooks.rotate, name="webhook-rotate"),
    path("o/<str:org>/webhooks/<str:endpoint>/remove", webhooks.remove, name="webhook-remove"),
]
PLAYGROUND = [
    path("playground", playground.page, name="playground"),
    path("playground/requests/<str:request_id>", playground.found, name="playground-found"),
]
STAFF = [
    path("staff/decisions", staff.decisions, name="staff-decisions"),
    path("staff/decisions/<str:decision>", staff.decision, name="staff-decision"),
    path("staff/statements/<str:statement>", statements.for_staff, name="staff-statement"),
    path("staff/model", model.page, name="staff-model"),
]
STAFF_APPEALS = [
    path("staff/appeals", appeals_desk.queue, name="staff-appeals"),
    path("staff/appeals/next", appeals_desk.take_next, name="staff-appeal-next"),
    path("staff/appeals/<str:appeal>", appeals_desk.case, name="staff-appeal"),
    path("staff/appeals/<str:appeal>/reveal", appeals_desk.reveal, name="staff-appeal-reveal"),
    path("staff/appeals/<str:appeal>/channel", appeals_desk.channel, name="staff-appeal-channel"),
    path("staff/appeals/<str:appeal>/move/<str:how>", appeals_desk.move, name="staff-appeal-move"),
    path(
        "staff/appeals/<str:appeal>/attachments/<str:attachment>",
        appeals_desk.attachment,
        name="staff-appeal-attachment",
    ),
]
CONNECTORS = [
    path("connectors", connectors.directory, name="connectors"),
    path("connectors/<str:name>", connectors.entry, name="connector"),
    path("o/<str:org>/connectors", connectors.own, name="own-connectors"),
    path("o/<str:org>/connectors/new", connectors.new, name="own-connector-new"),
    path("o/<str:org>/connectors/<str:connector>", connectors.own_one, name="own-connector"),
    path("staff/datasets", datasets.listing, name="staff-datasets"),
    path("staff/datasets/<str:dataset>", datasets.one, name="staff-dataset"),
    path("staff/connectors", connectors.queue, name="staff-connectors"),
    path("staff/connectors/<str:connector>", connectors.one, name="staff-connector"),
]
STAFF_POLICY = [
    path("staff/policy", versions.policy_versions, name="staff-policy"),
    path("staff/policy/new", drafts.new, name="staff-policy-new"),
    path("staff/policy/check", drafts.check, name="staff-policy-check"),
    path("staff/policy/<str:label>", versions.policy_version, name="staff-policy-version"),
    path("staff/policy/<str:label>/activate", versions.policy_activate, name="staff-policy-activate"),
    path("staff/policy/<str:label>/shadow", drafts.shadow, name="staff-policy-shadow"),
    path("staff/policy/<str:label>/backtest", drafts.backtest, name="staff-policy-backtest"),
    path(
        "staff/policy/<str:label>/backtest/<str:run>", drafts.backtest_run, name="staff-policy-backtest-run"
    ),
    path("staff/policy/<str:label>/roll-back", drafts.roll_back, name="staff-policy-roll-back"),
    path("staff/exceptions", terms.exceptions, name="staff-exceptions"),
    path("staff/exceptions/new", terms.exception_new, name="staff-exception-new"),
    path("staff/exceptions/<str:exception>", terms.exception, name="staff-exception"),
]
HOLDS = [
    path("o/<str:org>/holds", holds.of_organisation, name="holds"),
    path("o/<str:org>/holds/<str:hold>", holds.one_of_organisation, name="hold"),
    path("o/<str:org>/holds/<str:hold>/attestation", holds.own_attestation, name="hold-attestation"),
    path("staff/holds", holds.queue, name="staff-holds"),
    path("staff/holds/<str:hold>", holds.hold, name="staff-hold"),
    path("staff/holds/<str:hold>/attestation", holds.attestation, name="staff-hold-attestation"),
    path("staff/professionals", professionals.listing, name="staff-professionals"),
    path("staff/professionals/new", professionals.new, name="staff-professional-new"),
    path("staff/professionals/<str:professional>", professionals.one, name="staff-professional"),
]
CONDUCT = [
    path("o/<str:org>/conduct", conduct.end_users, name="conduct"),
    path("staff/signals", conduct.signals, name="staff-signals"),
    path("staff/signals/<str:signal>/clear", conduct.clear, name="staff-signal-clear"),
]
REVIEW = [
    path("staff/review", review.queue, name="staff-review"),
    path("staff/review/next", review.take_next, name="staff-review-next"),
    path("staff/review/quality", review.quality, name="staff-review-quality"),
    path("staff/review/exposure", review.exposure, name="staff-review-exposure"),
    path("staff/review/cases/<str:case>", review.case, name="staff-review-case"),
    path("staff/review/cases/<str:case>/<str:how>", review.move, name="staff-review-move"),
    path(
        "staff/review/cases/<str:case>/enclosures/<int:number>",
        review.enclosure,
        name="staff-review-enclosure",
    ),
]
TRANSPARENCY = [
    path("transparency", transparency.listing, name="transparency"),
    path("transparency/<str:period>", transparency.published, name="transparency-report"),
    path("transparency/<str:period>/file.<str:form>", transparency.download, name="transparency-file"),
    path("staff/transparency", transparency.staff, name="staff-transparency"),
    path(
        "staff/transparency/<str:period>/<str:section>/<str:dimension>",
        transparency.ids,
        name="staff-transparency-ids",
    ),
]
STANDING = [
    path("o/<str:org>/standing", own_standing.own, name="standing"),
    path("staff/standing", standing.search, name="staff-standing"),
    path("staff/standing/<str:org>/<str:kind>/<str:unit>", standing.unit, name="staff-standing-unit"),
    path("staff/ladder", ladder.listing, name="staff-ladder"),
    path("staff/ladder/<str:ladder>", ladder.version, name="staff-ladder-version"),
]
PROVIDERS = [
    path("staff/providers", providers.listing, name="staff-providers"),
    path("staff/providers/<str:route>", providers.one, name="staff-provider"),
]
CALENDAR = [path("staff/calendar", calendars.calendar, name="staff-calendar")]
RETENTION = [
    path("staff/retention", retention.health, name="staff-retention"),
    path("staff/legal-holds", retention.holds, name="staff-legal-holds"),
    path("staff/legal-holds/new", retention.hold_new, name="staff-legal-hold-new"),
    path("staff/legal-holds/<str:hold>", retention.hold, name="staff-legal-hold"),
    path("staff/erasures", retention.erasures, name="staff-erasures"),
    path("staff/erasures/<str:erasure>", retention.erasure, name="staff-erasure"),
]
PRIVACY = [
    path("privacy", privacy.centre, name="privacy"),
    path("privacy/choice", privacy_choice.page, name="privacy-choice"),
    path("privacy/choose", privacy.choose, name="privacy-choose"),
    path("privacy/include", privacy_include.page, name="privacy-include"),
    path("privacy/move", privacy_move.page, name="privacy-move"),
    path("privacy/age", privacy.age, name="privacy-age"),
    path("privacy/object/<str:org>", privacy.object_, name="privacy-object"),
    path("privacy/receipts/<str:receipt>", privacy.receipt, name="privacy-receipt"),
    path("o/<str:org>/data", data_settings.page, name="data"),
    path("o/<str:org>/data/retention", data_settings.retention, name="data-retention"),
    path("o/<str:org>/data/zero-retention", data_settings.zero_retention, name="data-zero-retention"),
    path("o/<str:org>/data/partner", data_settings.partner, name="data-partner"),
]
FEEDBACK = [
    path("o/<str:org>/feedback", feedback.own, name="feedback"),
    path("o/<str:org>/feedback/delete", feedback.delete, name="feedback-delete"),
    path("o/<str:org>/feedback/choices", feedback.choose, name="feedback-choices"),
    path("staff/feedback", feedback.listing, name="staff-feedback"),
    path("staff/feedback/<str:report>", feedback.one, name="staff-feedback-report"),
    path("staff/survey", feedback.survey_page, name="staff-survey"),
    path("staff/safety", safety.listing, name="staff-safety"),
    path("staff/safety/<str:access>", safety.read, name="staff-safety-read"),
]
RIGHTS = [
    path("privacy/stored", rights.stored_page, name="privacy-stored"),
    path(
        "privacy/stored/<str:org>/<str:conversation>/delete",
        rights.delete_conversation,
        name="privacy-conversation-delete",
    ),
    path("privacy/export", rights.export, name="privacy-export"),
    path("privacy/export/<str:request_id>/link", rights.link, name="privacy-link"),
    path("privacy/export/<str:request_id>/take-back", rights.take_back, name="privacy-take-back"),
    path("privacy/export/<str:request_id>/take/<str:secret>", rights.take, name="privacy-take"),
    path("privacy/delete", rights.delete, name="privacy-delete"),
    path("privacy/delete/sure", rights.sure, name="privacy-sure"),
    path("privacy/deleted/<str:token>", rights_outside.deleted, name="privacy-deleted"),
    path("privacy/access", rights.access, name="privacy-access"),
    path("privacy/grants", rights.grants, name="privacy-grants"),
    path("privacy/grants/<str:grant>/revoke", rights.revoke, name="privacy-revoke"),
    path("privacy/locked-out", rights_outside.locked_out, name="privacy-locked-out"),
    path("privacy/locked-out/<str:token>", rights_outside.follow, name="privacy-follow"),
    path("privacy/locked-out/<str:token>/stop", rights_outside.stop, name="privacy-stop"),
    path("privacy/locked-out/<str:token>/fetch", rights_outside.fetch, name="privacy-fetch"),
    path("o/<str:org>/export", rights_desk.of_organisation, name="export"),
    path("o/<str:org>/export/do", rights_desk.do, name="export-do"),
    path("staff/requests", rights_desk.staff, name="staff-requests"),
    path("staff/requests/<str:request_id>/refuse", rights_desk.refuse, name="staff-request-refuse"),
]
SUPPORT = [
    path("help/support", support_guide.page, name="support-guide"),
    path("help/support.md", support_guide.markdown, name="support-guide-md"),
    path("help/enterprise", support_enterprise.chosen, name="enterprise"),
    path("o/<str:org>/support/enterprise", support_enterprise.form, name="support-enterprise"),
    path(
        "o/<str:org>/support/enterprise/<str:case>", support_enterprise.sent, name="support-enterprise-sent"
    ),
    path("o/<str:org>/support/contacts", support_contacts.listed, name="support-contacts"),
    path(
        "o/<str:org>/support/contacts/<str:contact>/drop", support_contacts.drop, name="support-contact-drop"
    ),
    path("o/<str:org>/support/questions", support_questions.listed, name="support-questions"),
    path("o/<str:org>/support/ask", support_questions.ask, name="support-ask"),
    path("o/<str:org>/support/questions/<str:question>", support_questions.one, name="support-question"),
    path(
        "o/<str:org>/support/questions/<str:question>/<str:how>",
        support_questions.decide,
        name="support-decide",
    ),
    path("staff/support-policy", support_policy.page, name="staff-support-policy"),
]
RECOVERY = [
    path("help/locked-out", recovery.begin, name="locked-out"),
    path("help/locked-out/mailbox", recovery.without_mailbox, name="locked-out-mailbox"),
    path("help/locked-out/code/<str:link>", recovery.code, name="locked-out-code"),
    path("help/locked-out/stop/<str:link>", recovery.stop, name="locked-out-stop"),
    path("help/locked-out/<str:link>", recovery.follow, name="locked-out-claim"),
    path("help/locked-out/<str:link>/do", recovery.do, name="locked-out-do"),
    path("help/locked-out/<str:link>/payment", recovery.payment, name="locked-out-payment"),
    path("help/locked-out/<str:link>/evidence", recovery.evidence, name="locked-out-evidence"),
    path("withdraw", withdrawing.new, name="withdraw"),
    path("withdraw/<str:link>", withdrawing.acknowledged, name="withdrawal"),
    path("withdraw/<str:link>/confirm", withdrawing.confirm, name="withdrawal-confirm"),
    path("staff/identity", recovery_desk.queue, name="staff-identity"),
    path("staff/identity/<str:claim>", recovery_desk.claim, name="staff-identity-claim"),
    path(
        "staff/identity/<str:claim>/evidence/<str:evidence>",
        recovery_desk.evidence,
        name="staff-identity-evidence",
    ),
    path("o/<str:org>/recovery/<str:claim>", recovery_desk.owner, name="recovery-owner"),
]
MESSENGER = [
    path("help/messenger", messenger.home, name="messenger"),
    path("help/messenger/state", messenger.state, name="messenger-state"),
    path("help/messenger/talk", messenger.begin, name="messenger-begin"),
    path("help/messenger/agree", messenger.agree, name="messenger-agree"),
    path("help/messenger/move", messenger_moving.move, name="messenger-move"),
    path("help/messenger/sign-in", messenger_moving.sign_in, name="messenger-sign-in"),
    path("help/messenger/return", messenger_moving.come_back, name="messenger-return"),
    path("help/messenger/talk/<str:conversation>", messenger.talk, name="messenger-talk"),
    path("help/messenger/talk/<str:conversation>/issue", messenger.pick, name="messenger-pick"),
    path("help/messenger/talk/<str:conversation>/details", messenger.details, name="messenger-details"),
    path("help/messenger/talk/<str:conversation>/say", messenger.say, name="messenger-say"),
    path("help/messenger/talk/<str:conversation>/people", messenger.hand_over, name="messenger-people"),
    path("help/messenger/talk/<str:conversation>/owner", messenger.owner, name="messenger-owner"),
    path("help/messenger/talk/<str:conversation>/rate", messenger.rate, name="messenger-rate"),
    path(
        "help/messenger/talk/<str:conversation>/transcript", messenger.transcript, name="messenger-transcript"
    ),
    path("help/messenger/talk/<str:conversation>/end", messenger.end, name="messenger-end"),
]
_SHELF = "|".join(each.id for each in CATEGORIES)
HELP = [
    path("help", help.home, name="help"),
    path("help/search", help.find, name="help-search"),
    path("help/sitemap.xml", help_exports.sitemap, name="help-sitemap"),
    path("help/llms.txt", help_exports.llms, name="help-llms"),
    path("help/articles/<slug:slug>.md", help_exports.markdown, name="help-markdown"),
    path("help/articles/<slug:slug>", help.article, name="help-article"),
    path("help/articles/<slug:slug>/vote", help.vote, name="help-vote"),
    re_path(rf"^help/(?P<category>{_SHELF})$", help.shelf, name="help-category"),
    path("robots.txt", help_exports.robots, name="robots"),
    path("staff/articles", help_editing.listing, name="staff-articles"),
    path("staff/articles/new", help_editing.edit, name="staff-article-new"),
    path("staff/articles/<slug:slug>", help_editing.edit, name="staff-article"),
    path(
        "staff/articles/<slug:slug>/versions/<str:version>",
        help_editing.version,
        name="staff-article-version",
    ),
    path("staff/articles/<slug:slug>/<str:how>", help_editing.move, name="staff-article-move"),
]
OPERATOR = [path("operator", operator.page, name="operator")]

urlpatterns = [
    *MESSENGER,
    *RECOVERY,
    *PUBLIC,
    *CUSTOMER,
    *PLAYGROUND,
    *STAFF,
    *STAFF_APPEALS,
    *STAFF_POLICY,
    *CONNECTORS,
    *HOLDS,
    *CONDUCT,
    *TRANSPARENCY,
    *REVIEW,
    *STANDING,
    *CALENDAR,
    *RETENTION,
    *PROVIDERS,
    *PRIVACY,
    *FEEDBACK,
    *RIGHTS,
    *SUPPORT,
    *HELP,
    *OPERATOR,
]
