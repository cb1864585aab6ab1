import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("recouvrement_day", {
    url: "/odoo/recouvrement",
    timeout: 60000, // of a step: a busy machine is no fault
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
    timeout: 60000, // of a step: a busy machine is no fault
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

registry.category("web_tour.tours").add("recouvrement_send_test", {
    url: "/odoo/recouvrement-messages",
    timeout: 60000, // of a step: a busy machine is no fault
    steps: () => [
        {
            content: "Open the message",
            trigger: ".o_data_row .o_data_cell[name=partner_id]",
            run: "click",
        },
        {
            content: "Send it to oneself first",
            trigger: ".o_form_view button[name=action_send_test]",
            run: "click",
        },
        {
            content: "It says where it went",
            trigger: ".o_notification:contains(collector@atelier-rivage.example)",
        },
        {
            content: "The message itself still waits",
            trigger: ".o_form_view button[name=action_confirm]",
        },
    ],
});

registry.category("web_tour.tours").add("recouvrement_gate", {
    timeout: 60000, // of a step: a busy machine is no fault
    steps: () => [
        {
            content: "Start the run",
            trigger: ".o_form_view button[name=action_start]",
            run: "click",
        },
        {
            content: "It waits for the bank",
            trigger: ".o_arrow_button_current[data-value=waiting]",
        },
        {
            content: "A manager may go on",
            trigger: ".o_form_view button[name=action_open_gate]",
            run: "click",
        },
        {
            content: "Saying why",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Statements checked by hand",
        },
        {
            content: "Run anyway",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "It is done",
            trigger: ".o_arrow_button_current[data-value=done]",
        },
        {
            content: "With the reason in sight",
            trigger: ".alert:contains(Statements checked by hand)",
        },
    ],
});

registry.category("web_tour.tours").add("recouvrement_posted", {
    url: "/odoo/recouvrement-letters",
    timeout: 60000, // of a step: a busy machine is no fault
    steps: () => [
        {
            content: "Tick the letter",
            trigger: ".o_data_row .o_list_record_selector input",
            run: "click",
        },
        {
            content: "It is at the post office",
            trigger: ".o_control_panel button[name=action_open_posted]",
            run: "click",
        },
        {
            content: "Its number is asked",
            trigger: ".modal .o_data_row .o_data_cell[name=number]",
            run: "click",
        },
        {
            content: "Enter it",
            trigger: ".modal .o_data_row .o_field_widget[name=number] input",
            run: "edit 1A 234 567 8901 2",
        },
        {
            content: "They are posted",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "Nothing is left to post",
            trigger: ".o_view_nocontent",
        },
    ],
});
