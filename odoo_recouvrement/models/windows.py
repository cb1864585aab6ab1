"""Windows that a button opens."""


def listed(env, name: str, domain: list, **context) -> dict:
    """An action of the addon, on some of its records only, its own filters off."""
    action = env["ir.actions.act_window"]._for_xml_id(f"odoo_recouvrement.{name}")
    return {**action, "domain": domain, "context": context}


def dialog(model: str, name: str, **context) -> dict:
    """A form to fill in over the screen."""
    return {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": model,
        "views": [(False, "form")],
        "target": "new",
        "context": context,
    }
