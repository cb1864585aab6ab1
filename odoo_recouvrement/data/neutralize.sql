-- A copy of the database writes to nobody: what waited is cancelled, no company is live.
UPDATE recouvrement_reminder_line line
   SET is_active = FALSE
  FROM recouvrement_reminder reminder
 WHERE reminder.id = line.reminder_id
   AND reminder.state IN ('draft', 'confirmed', 'sending');

UPDATE recouvrement_reminder
   SET state = 'cancelled',
       failure_reason = 'Cancelled: this is a neutralized copy of the database.'
 WHERE state IN ('draft', 'confirmed', 'sending');

UPDATE res_company SET recouvrement_is_live = FALSE;

-- Nobody outside answers a copy: its links, made with the same secret, open nothing.
UPDATE res_company SET recouvrement_portal = FALSE;
