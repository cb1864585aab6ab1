import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * « It leaves within a minute », with a button while it can still be undone. The
 * window it came from is closed; the screen below is read again.
 */
async function undoNotice(env, action) {
    const { message, model, ids, method, undone, delay } = action.params;
    const { action: actions, notification, orm } = env.services;
    const close = notification.add(message, {
        type: "success",
        autocloseDelay: delay,
        buttons: [
            {
                name: _t("Undo"),
                onClick: async () => {
                    close();
                    await orm.call(model, method, [ids]);
                    notification.add(undone, { type: "info" });
                    await actions.doAction("soft_reload");
                },
            },
        ],
    });
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("recouvrement_undo_notice", undoNotice);
