import { registry } from "@web/core/registry";

const WINDOW = ".modal:has(.o_recouvrement_write)";

registry.category("web_tour.tours").add("recouvrement_write", {
    url: "/odoo/recouvrement",
    timeout: 60000, // of a step: a busy machine is no fault
    steps: () => [
        {
            content: "The rest of what may be done with a debtor",
            trigger: ".o_data_row .o_recouvrement_row_actions button.dropdown-toggle",
            run: "click",
        },
        {
            content: "Write a letter",
            trigger: ".o-dropdown--menu .o_write_letter",
            run: "click",
        },
        {
            content: "It is seen as it will be printed",
            trigger: `${WINDOW} iframe.o_pdfview_iframe[src*='blob']`,
        },
        {
            content: "An e-mail rather",
            trigger: `${WINDOW} [name=channel] input[data-value=email]`,
            run: "click",
        },
        {
            content: "Its table is there",
            trigger: `${WINDOW} [name=preview_body] table`,
        },
        {
            content: "Say it in one's own words",
            trigger: `${WINDOW} [name=opening] .odoo-editor-editable`,
            run: "editor La facture [facture] attend : [total].",
        },
        {
            content: "And another subject",
            trigger: `${WINDOW} [name=subject] input`,
            run: "edit Notre échange, facture [facture] && press Tab",
        },
        {
            content: "The figures are worked out",
            trigger: `${WINDOW} [name=preview_body]:contains(attend)`,
        },
        {
            content: "Send it",
            trigger: `${WINDOW} button[name=action_send]`,
            run: "click",
        },
        {
            content: "A second thought",
            trigger: "body:not(.modal-open) .o_notification_buttons button",
            run: "click",
        },
        {
            content: "Nothing leaves",
            trigger: ".o_notification:not(:has(.o_notification_buttons button))",
        },
    ],
});
