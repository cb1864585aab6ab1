"""Paying from the debtor's space, by Odoo's own providers.

The browser names items; the amount, the payer, the way back and what is settled are
decided here, whatever it says.
"""

from odoo import fields, http
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.http import request

from odoo.addons.payment.controllers.portal import PaymentPortal
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from ..models.recouvrement_access import PATH
from .debtor_space import _numbers, door
from .visitor import HEADERS, MY_PATH, Refused, go, identify, note, page


class DebtorPayment(PaymentPortal):
    @door("/pay", methods=["GET"], website=True, multilang=False)
    def recouvrement_pay(self, token="", case_id=0, **_ignored):
        """The items to pay and Odoo's payment form; nothing is created yet."""
        visitor = identify(token, case_id)
        ids = _numbers(request.httprequest.args.getlist("item"))
        items = self._items_to_pay(visitor, ids)
        if not items or visitor.is_preview:
            return go(visitor.base)
        note(visitor, "payment")
        portal = visitor.portal
        payable = portal._payable(items)
        amount = sum(payable.values())
        currency = items.currency_id
        writer = portal._writer(currency)
        request.update_context(lang=portal.env.lang)
        providers, methods = self._compatible(visitor, amount, currency)
        names = "-".join(str(item_id) for item_id in items.ids)
        values = {
            **portal._frame(visitor.case.with_env(portal.env)),
            "base": visitor.base,
            "is_logged": bool(visitor.user),
            "is_preview": False,
            "rows": [
                {
                    "name": item.move_id.name,
                    "amount": writer.money(payable[item.id]),
                    "kept": self._kept_text(portal, item, payable[item.id], writer),
                }
                for item in items
            ],
            "total": writer.money(amount),
            # What Odoo's payment form asks for.
            "reference_prefix": " ".join(items.move_id.mapped("name"))[:60],
            "amount": float(amount),
            "currency": currency,
            "partner_id": self._payer(visitor).id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": self._saved_cards(visitor, providers),
            "transaction_route": f"{visitor.base}/transaction/{names}",
            "landing_route": f"{visitor.base}/payment",
            "access_token": "",
            "show_tokenize_input_mapping": {
                **dict.fromkeys(providers.ids, False),
                # Who is not logged in keeps no card here.
                **(
                    self._compute_show_tokenize_input_mapping(providers)
                    if visitor.user
                    else {}
                ),
            },
        }
        response = request.render("odoo_recouvrement.portal_pay", values)
        response.headers.update(HEADERS)
        return response

    @http.route(
        [
            f"{PATH}/<string:token>/transaction/<string:items>",
            f"{MY_PATH}/<int:case_id>/transaction/<string:items>",
        ],
        type="jsonrpc",
        auth="public",
    )
    def recouvrement_transaction(
        self, items, token="", case_id=0, amount=0.0, access_token="", **kwargs
    ):
        """Odoo's transaction for these items, as they stand now."""
        try:
            visitor = identify(token, case_id)
            chosen = self._items_to_pay(visitor, _numbers(items.split("-")))
        except Refused:
            visitor, chosen = None, ()
        portal = visitor.portal if visitor else request.env["recouvrement.portal"]
        if not chosen or visitor.is_preview:
            raise ValidationError(
                portal.env._(
                    "These invoices cannot be paid here: go back to your account."
                )
            )
        due = sum(portal._payable(chosen).values())
        currency = chosen.currency_id
        if currency.compare_amounts(float(due), float(amount or 0)):
            raise ValidationError(
                portal.env._("The amount due has changed: go back to your account.")
            )
        self._validate_transaction_kwargs(kwargs)
        providers, methods = self._compatible(visitor, due, currency)
        is_saved_card = kwargs.get("flow") == "token"
        cards = self._saved_cards(visitor, providers)
        is_known = kwargs.get("provider_id") in providers.ids and (
            kwargs.get("token_id") in cards.ids
            if is_saved_card
            else kwargs.get("payment_method_id") in methods.ids
        )
        if not is_known or kwargs.get("is_validation"):
            raise ValidationError(
                portal.env._("This means of payment is not available.")
            )
        moves = chosen.move_id
        transaction = self._create_transaction(
            **{
                **kwargs,
                "amount": float(due),
                "currency_id": currency.id,
                "partner_id": self._payer(visitor).id,
                "landing_route": f"{visitor.base}/payment",
                "tokenization_requested": bool(
                    visitor.user and kwargs.get("tokenization_requested")
                ),
            },
            custom_create_values={
                "invoice_ids": [Command.set(moves.ids)],
                "recouvrement_item_ids": [Command.set(chosen.ids)],
            },
        )
        return transaction._get_processing_values()

    @door("/payment", methods=["GET"])
    def recouvrement_payment_done(self, token="", case_id=0, **_ignored):
        """Where Odoo brings the payer back."""
        visitor = identify(token, case_id)
        note(visitor, "payment")
        paid = PaymentPostProcessing()._get_monitored_transaction()
        case = visitor.case
        is_ours = paid.recouvrement_item_ids and all(
            item.partner_id.commercial_partner_id == case.partner_id
            and item.company_id == case.company_id
            for item in paid.recouvrement_item_ids
        )
        if not is_ours:
            return go(visitor.base)
        writer = visitor.portal._writer(paid.currency_id)
        return page(
            visitor,
            "portal_paid",
            state=paid.state,
            amount=writer.money(_decimal(paid.amount)),
            invoices=paid.recouvrement_item_ids.move_id.mapped("name"),
            reference=paid.reference,
        )

    # ---------------------------------------------------------------------- inside

    def _items_to_pay(self, visitor, ids):
        """The items named, or those due; none unless all can be paid at once."""
        portal, case = visitor.portal, visitor.case
        today = fields.Date.context_today(portal)
        if ids:
            items = portal._chosen(case, ids)
            if items is None:
                raise Refused(404)
        else:
            items = portal._items(case)
            claims = items._recouvrement_due_claims(today)
            items = items.filtered(
                lambda item: item.id in claims and item.move_id._has_to_be_paid()
            )
        items = items.filtered(lambda item: item.move_id.is_invoice())
        is_payable = len(items.currency_id) == 1 and all(
            move._has_to_be_paid() for move in items.move_id
        )
        return items if is_payable else items.browse()

    def _kept_text(self, portal, item, payable, writer) -> str:
        """What is left out of the payment: a guarantee that is not due yet."""
        kept = _decimal(item.amount_residual_currency) - payable
        if not kept:
            return ""
        return portal.env._(
            "without the guarantee retention of %(amount)s, not due yet",
            amount=writer.money(kept),
        )

    def _payer(self, visitor):
        """The customer; or who is logged in, whose saved cards are."""
        return visitor.user.partner_id if visitor.user else visitor.case.partner_id

    def _compatible(self, visitor, amount, currency):
        """Providers and methods that take this payment."""
        # Visitors read none of them; unpublished ones are left out for them.
        env = request.env(su=True)
        payer = self._payer(visitor)
        providers = env["payment.provider"]._get_compatible_providers(
            visitor.case.company_id.id,
            payer.id,
            float(amount),
            currency_id=currency.id,
        )
        methods = env["payment.method"]._get_compatible_payment_methods(
            providers.ids, payer.id, currency_id=currency.id
        )
        return providers, methods

    def _saved_cards(self, visitor, providers):
        """The cards of who is logged in; whoever holds a link has none."""
        # A card is read by its owner only: here the user's own partner.
        cards = request.env["payment.token"].sudo()
        if not visitor.user:
            return cards
        return cards._get_available_tokens(providers.ids, visitor.user.partner_id.id)


def _decimal(amount: float):
    from ..models.recouvrement_message import _money

    return _money(amount)
