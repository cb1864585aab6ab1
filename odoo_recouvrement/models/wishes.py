"""Reading the marks that contacts' wishes leave (``recouvrement.preference``)."""


def is_refused(partner, channel: str, marks) -> bool:
    """Whether the contact, or the customer it belongs to, declined the channel."""
    customer = partner.commercial_partner_id
    return not marks.isdisjoint({f"{channel}:{partner.id}", f"{channel}:{customer.id}"})
