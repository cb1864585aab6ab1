"""What is printed: letters and e-mails. Nothing here imports Odoo or asks the time."""
