"""What is printed: letters and e-mails. Only the fallback engine knows Odoo."""
