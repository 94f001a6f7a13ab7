"""The words of notices, complaints and orders, in both languages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sekisho.console.words import Words

CATEGORIES: Words = {
    "child_abuse": _("Sexual abuse or exploitation of a child"),
    "terror_or_threat": _("Terrorism, or a threat to somebody's life or safety"),
    "hate": _("Hatred against people"),
    "privacy": _("Private pictures or personal data"),
    "intellectual_property": _("Copyright, trade mark or another right"),
    "fraud": _("Fraud or a scam"),
    "defamation": _("Untrue statements that harm somebody"),
    "products": _("Illegal goods or services"),
    "other": pgettext_lazy("notice", "Something else that is illegal"),
}
COMPLAINANTS: Words = {
    "user": _("I use the service"),
    "affected_person": _("I do not use it, but it concerns me"),
    "parent": _("I am a parent or guardian"),
    "representative": _("I speak for somebody else"),
    "notifier": _("I have sent a notice before"),
}
DECISIONS: Words = {
    "removed": _("Removed"),
    "restricted": _("A measure was taken"),
    "no_action": _("No measure"),
    "duplicate": _("Known already"),
    "unfounded": _("Manifestly unfounded"),
}
BASES: Words = {
    "law": _("The law"),
    "terms": _("Our terms and the usage policy"),
    "none": pgettext_lazy("basis", "Neither"),
}
OUTCOMES: Words = {
    "upheld": _("Justified"),
    "changed": _("The decision was changed"),
    "reversed": _("The decision was taken back"),
    "not_upheld": _("Not justified"),
    "withdrawn": _("Withdrawn"),
    "unfounded": _("Manifestly unfounded"),
}
EFFECTS: Words = {
    "complied": _("Carried out"),
    "partly": _("Carried out in part"),
    "not_found": _("Not here"),
    "challenged": _("Challenged"),
}
ORDER_KINDS: Words = {
    "act": _("Order to act against illegal content"),
    "information": _("Order to give information"),
    "question": _("A supervisor's question"),
}
MATTERS: Words = {
    "notice": _("Notice of illegal content"),
    "complaint": _("Complaint"),
    "order": _("Order of an authority"),
}
REGIONS: Words = {
    "EU": _("European Union or European Economic Area"),
    "GB": _("United Kingdom"),
    "AU": _("Australia"),
    "JP": _("Japan"),
    "": _("Somewhere else"),
}
POINTS: Words = {
    "eu": _("Users in the European Union"),
    "eu-authorities": _("Authorities in the European Union"),
    "uk": _("United Kingdom"),
    "au": _("Australia"),
    "data-protection": _("Data protection"),
}
MEANS: Words = {
    "form": _("Form"),
    "email": _("E-mail"),
    "post": _("Post"),
    "phone": _("Telephone"),
    "page": pgettext_lazy("means", "Page"),
}
FIELDS: Words = {
    "dsa": _("European Union: Digital Services Act"),
    "uk": _("United Kingdom: Online Safety Act"),
    "au_dis": _("Australia: standard for designated internet services"),
    "uk_gdpr": _("United Kingdom: data protection"),
    "eu_gdpr": _("European Union: data protection"),
    "jp_large": _("Japan: designated as a large platform"),
}
FIELD_WORDS: Words = {
    "none": _("Does not apply"),
    "intermediary": _("Intermediary"),
    "hosting": _("Hosting service"),
    "platform": _("Online platform, neither micro nor small"),
    "u2u": _("User-to-user service"),
    "search": _("Search service"),
    "yes": pgettext_lazy("profile", "Applies"),
    "no": _("Does not apply"),
}
DISPUTES: Words = {
    "for_us": _("The decision stands"),
    "for_them": _("The decision was found wrong"),
    "settled": _("Settled"),
}
LANGUAGES: Words = {"en": _("English"), "ja": _("Japanese")}
ANSWERS: Words = {**DECISIONS, **OUTCOMES, **EFFECTS}
ANSWER_TONES: Words = {
    **dict.fromkeys(("removed", "restricted", "upheld", "changed", "reversed", "complied"), "active"),
    **dict.fromkeys(("no_action", "duplicate", "not_upheld", "withdrawn", "not_found", "partly"), "quiet"),
    **dict.fromkeys(("unfounded", "challenged"), "care"),
}
SECTIONS: Words = {
    "notices": _("Notices"),
    "own_measures": _("Measures"),
    "complaints": _("Complaints"),
    "acknowledgements": _("Receipts"),
    "appeals": _("Appeals decided"),
    "disputes": _("Out-of-court disputes"),
    "suspensions": _("Warnings and pauses for misuse"),
    "automation": _("Measures that programs decided alone"),
    "staff": _("People who decide"),
    "orders": _("Orders of authorities"),
}
DIMENSIONS: Words = {
    "regime": _("Law"),
    "category": _("Category"),
    "trusted_flagger": _("Trusted flagger"),
    "decision": _("Decision"),
    "basis": _("Basis"),
    "automation": _("Means"),
    "in_time": _("In time"),
    "measure": _("Measure"),
    "clause": _("Clause"),
    "source": _("Came from"),
    "decided": _("Decided by"),
    "kind": _("Kind"),
    "complainant": _("Who complains"),
    "outcome": _("Outcome"),
    "matter": _("Matter"),
    "about": _("About"),
    "implemented": _("Carried out"),
    "step": _("Step"),
    "gravity": _("Gravity"),
    "intent": _("Intent"),
    "result": _("What became of it"),
    "task": _("Task"),
    "language": _("Language"),
    "country": _("Country"),
    "effect": _("Effect"),
}
DETAILS: Words = {
    "locations": _("Where it is"),
    "identification": _("What else helps to find it"),
    "law": _("Law that was named"),
    "name": _("Name"),
    "flagger": _("Number as a trusted flagger"),
    "authority": _("Name of the authority"),
    "country": _("Country"),
    "legal_basis": _("Legal basis"),
}
"""What forms say beyond what is shown as facts."""
VALUES: Words = {
    **CATEGORIES,
    **COMPLAINANTS,
    **ANSWERS,
    **ORDER_KINDS,
    **DISPUTES,
    "terms": BASES["terms"],
    "open": _("Not answered yet"),
    "in_time": _("In time"),
    "late": _("Answered too late"),
    "overdue": _("Overdue"),
    "people": _("People alone"),
    "with_automation": _("With automated means"),
}
"""What the report counts, where its word says the same in every section; other values stand for themselves."""
OF: dict[str, Words] = {
    "report_value": VALUES,
    "matter_detail": DETAILS,
    "matter": MATTERS,
    "matter_category": CATEGORIES,
    "matter_complainant": COMPLAINANTS,
    "matter_answer": ANSWERS,
    "matter_tone": ANSWER_TONES,
    "matter_order": ORDER_KINDS,
    "matter_region": REGIONS,
    "contact_point": POINTS,
    "contact_means": MEANS,
    "dispute_outcome": DISPUTES,
    "profile_field": FIELDS,
    "profile_word": FIELD_WORDS,
    "contact_language": LANGUAGES,
}
