import { registry } from "@web/core/registry";

const ITEMS = ".o_recouvrement_case [name=open_line_ids]";
const row = (number) => `${ITEMS} .o_data_row:eq(${number})`;
const tick = (number) => ({
    content: "Tick an item",
    trigger: `${row(number)} .o_list_record_selector input`,
    run: "click",
});

registry.category("web_tour.tours").add("recouvrement_ticked", {
    timeout: 60000, // of a step: a busy machine is no fault
    steps: () => [
        {
            content: "All of them, with the box above",
            trigger: `${ITEMS} thead .o_list_record_selector input`,
            run: "click",
        },
        { content: "All are", trigger: `${ITEMS} .o_data_row_selected:eq(2)` },
        {
            content: "None of them",
            trigger: `${ITEMS} thead .o_list_record_selector input`,
            run: "click",
        },
        {
            content: "None is",
            trigger: `${ITEMS}:not(:has(.o_data_row_selected))`,
        },
        tick(1),
        tick(2),
        {
            content: "A promise about these",
            trigger: ".o_form_statusbar button[name=action_open_promise]",
            run: "click",
        },
        {
            content: "Two of the three are in it",
            trigger: ".modal [name=move_line_ids] .o_data_row:eq(1)",
        },
        {
            content: "And the third is not",
            trigger: ".modal [name=move_line_ids]:not(:has(.o_data_row:eq(2)))",
        },
        {
            content: "On which day",
            trigger: ".modal [name=date] input",
            run: "edit +7d && press Tab",
        },
        {
            content: "Note it",
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        {
            content: "The file is read again, nothing is ticked",
            trigger: `body:not(:has(.modal)) ${ITEMS}:not(:has(.o_data_row_selected))`,
        },
    ],
});
