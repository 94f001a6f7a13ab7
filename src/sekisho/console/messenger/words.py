"""The messenger's own words, as both its forms and its element show them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sekisho.support.messenger.types import Voice

WHO: Mapping[Voice, str | Promise] = {
    Voice.PERSON: _("You"),
    Voice.BOT: _("AI assistant"),
    Voice.TEAM: _("Support team"),
    Voice.DESK: _("Support desk"),
}
UI: Mapping[str, str | Promise] = {
    "title": _("Get help"),
    "open": _("Open help"),
    "close": _("Close"),
    "back": _("Back"),
    "search": _("Search help resources"),
    "chat": _("Chat with the bot"),
    "query": _("What are you looking for?"),
    "find": _("Search"),
    "none": _("No article found. You can chat with the bot, or choose what it is about there."),
    "ai": _("AI assistant, not a person"),
    "begin": _("Before you begin"),
    "agree": _("Agree"),
    "decline": _("Decline"),
    "account": _("Which account is it about?"),
    "pick": _("What is it about?"),
    "write": _("Your message"),
    "send": _("Send a message"),
    "go": _("Continue"),
    "optional": _("optional"),
    "email": _("E-mail address for the answer"),
    "choose": _("Choose"),
    "helped": _("Did this answer your question?"),
    "yes": _("Yes"),
    "no": _("No"),
    "sources": _("Sources"),
    "related": _("These may help"),
    "mail": _("Mail me this conversation"),
    "new": _("New conversation"),
    "reference": _("Reference"),
    "waiting": _("The assistant is looking for an answer…"),
    "lost": _("The connection was lost. Trying again…"),
    "failed": _("This did not work. Please try again."),
    "log": _("Conversation"),
    "bounced": _(
        "The e-mail with our answer came back. Change your address under Security, and write here again."
    ),
}
OFFERS: Mapping[str, str | Promise] = {
    "people": _("Ask the support team (answer by e-mail)"),
    "owner": _("Ask my owner or administrator"),
    "sign_in": _("Sign in"),
    "issues": _("Choose what it is about"),
    "search": _("Search help resources"),
    "move": _("Open the new console and sign in"),
}
