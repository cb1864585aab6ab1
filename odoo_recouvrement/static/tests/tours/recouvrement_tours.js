import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("recouvrement_day", {
    url: "/odoo/recouvrement",
    steps: () => [
        {
            content: "Look at the messages to confirm",
            trigger: ".o_recouvrement_counter[data-counter=to_confirm]",
            run: "click",
        },
        {
            content: "The counter is the filter in force",
            trigger:
                ".o_recouvrement_counter[data-counter=to_confirm][aria-pressed=true]",
        },
        {
            content: "Open the first file",
            trigger: ".o_data_row .o_data_cell[name=partner_id]",
            run: "click",
        },
        {
            content: "The aged balance and the open items are there",
            trigger: ".o_recouvrement_aged .o_age_legend",
        },
        {
            content: "Confirm its message",
            trigger: ".o_form_view button[name=action_confirm_next]",
            run: "click",
        },
        {
            content: "Nothing waits any more",
            trigger: ".o_form_view:not(:has(button[name=action_confirm_next]))",
        },
    ],
});

registry.category("web_tour.tours").add("recouvrement_simulation", {
    url: "/odoo/recouvrement-runs",
    steps: () => [
        {
            content: "A new run is a simulation",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Simulate",
            trigger: ".o_form_view button[name=action_start]",
            run: "click",
        },
        {
            content: "It is done",
            trigger: ".o_arrow_button_current[data-value=done]",
        },
        {
            content: "It says what would leave, and why the rest would not",
            trigger: ".o_notebook .nav-link[name=counts]",
            run: "click",
        },
        {
            content: "Each item has its reason",
            trigger: ".o_field_widget[name=count_ids] .o_data_row",
        },
    ],
});
