"""The three roles, as the groups that carry them (security/recouvrement_groups.xml)."""

READER = "odoo_recouvrement.group_recouvrement_reader"
COLLECTOR = "odoo_recouvrement.group_recouvrement_collector"
MANAGER = "odoo_recouvrement.group_recouvrement_manager"
