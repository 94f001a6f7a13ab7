"""Pages of the sealed queue: orders of authorities, for those alone who may open them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sekisho.accounts.queries import not_found
from sekisho.accounts.rules import Permission
from sekisho.cases import queries as cases
from sekisho.compliance import actions, queries
from sekisho.compliance.types import Matter
from sekisho.console.access import staff_viewer
from sekisho.console.compliance_desk import crumbs, done, facts, rows_of
from sekisho.console.compliance_desk_forms import EffectForm, MailboxForm, ReceiptForm

ORDERS = Permission.STAFF_ORDER_READ


@login_required
@never_cache
def orders(request: HttpRequest) -> HttpResponse:
    """List orders of authorities, and take in what came to the ordinary mailbox."""
    viewer, at = staff_viewer(request, ORDERS), now()
    form = MailboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = cases.by_reference(form.cleaned_data["reference"])
        data = form.cleaned_data
        taken = found and done(
            request,
            lambda: actions.take_from_mailbox(
                viewer, found, form.chosen, data["authority"], data["country"].upper()
            ),
        )
        if taken:
            return HttpResponseRedirect(request.path)
        if not found:
            form.add_error("reference", _("There is no case with this reference that you may move."))
    rows = queries.matters(viewer, Matter.ORDER, open_only=request.GET.get("show") != "all")
    context = {
        "rows": rows_of(rows, at),
        "everything": request.GET.get("show") == "all",
        "form": form,
        "crumbs": [*crumbs(), (_("Orders of authorities"), "")],
    }
    return render(request, "console/staff/compliance_orders.html", context)


@login_required
@never_cache
def order(request: HttpRequest, case: str) -> HttpResponse:
    """Show one order, confirm its receipt, and say what was done."""
    viewer, at = staff_viewer(request, ORDERS), now()
    view = queries.matter(viewer, case)
    if view.matter is not Matter.ORDER:
        raise not_found("matter_not_found")
    receipt = ReceiptForm(request.POST if "receipt" in request.POST else None, prefix="receipt")
    form = EffectForm(request.POST if "give" in request.POST else None)
    if receipt.is_valid():
        text = receipt.cleaned_data["text"]
        if done(request, lambda: actions.acknowledge(viewer, case, text)):
            return HttpResponseRedirect(request.path)
    if form.is_valid():
        text = form.cleaned_data["text"]
        if done(request, lambda: actions.give_effect(viewer, case, form.chosen, text)):
            return HttpResponseRedirect(request.path)
    context = {**facts(viewer, view, at), "form": form, "receipt": receipt}
    context["crumbs"] = [
        *crumbs(),
        (_("Orders of authorities"), reverse("console:staff-compliance-orders")),
        (str(context["reference"]), ""),
    ]
    return render(request, "console/staff/compliance_order.html", context)
