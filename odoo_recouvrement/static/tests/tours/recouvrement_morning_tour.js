import { registry } from "@web/core/registry";

const CALL = ".modal:has(.o_recouvrement_call)";

/** What each outcome asks for, once its key was pressed. */
const DETAILS = {
    promise: [
        {
            content: "On which day",
            trigger: `${CALL} [name=promise_date] input`,
            run: "edit +7d && press Tab",
        },
    ],
    dispute: [
        {
            content: "Why",
            trigger: `${CALL} [name=reason_id] input`,
            run: "click",
        },
        {
            content: "The first reason of the list",
            trigger: ".o-autocomplete--dropdown-item:not(.o_m2o_no_result) a:not(:has(.fa-spin)):first",
            run: "click",
        },
        {
            content: "It is chosen",
            trigger: `${CALL}:not(:has(.o-autocomplete--dropdown-menu)) [name=reason_id]`,
        },
    ],
    not_received: [
        {
            content: "The invoice will be sent again",
            trigger: `${CALL} [name=is_resent] input:checked`,
        },
    ],
    callback: [
        {
            content: "When",
            trigger: `${CALL} [name=callback_date] input`,
            run: "edit +2d && press Tab",
        },
    ],
    plan: [
        {
            content: "Three times are proposed",
            trigger: `${CALL} [name=instalments] input:value(3)`,
        },
        {
            content: "In four times",
            trigger: `${CALL} [name=instalments] input`,
            run: "edit 4 && press Tab",
        },
    ],
};

/** One debtor after another: the key of the outcome, its details, the next one. */
const OUTCOMES = [
    ["1", "paid"],
    ["2", "promise"],
    ["3", "dispute"],
    ["4", "not_received"],
    ["5", "callback"],
    ["6", "voicemail"],
    ["7", "unreachable"],
    ["8", "wrong_number"],
    ["9", "refusal"],
    ["0", "plan"],
];

function debtor(number, key, kind) {
    return [
        {
            content: `Debtor ${number} is on the screen, with what to say`,
            trigger: `${CALL} h2:contains(Debtor ${number})`,
        },
        {
            content: "The script says that it is no sales call",
            trigger: `${CALL} .o_recouvrement_script:contains(pas un appel commercial)`,
        },
        {
            content: `Key ${key}: ${kind}`,
            trigger: `${CALL} .o_recouvrement_outcomes button:focus`,
            run: `press ${key}`,
        },
        {
            content: "The outcome is chosen",
            trigger: `${CALL} button[data-kind=${kind}][aria-checked=true]`,
        },
        ...(DETAILS[kind] || []),
        {
            content: "Save, and the next debtor",
            trigger: `${CALL} footer button[name=action_next]`,
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("recouvrement_morning", {
    url: "/odoo/recouvrement",
    timeout: 60000, // of a step: a busy machine is no fault
    steps: () => [
        {
            content: "Call the first debtor of the day",
            trigger: ".o_data_row:first .o_call_case",
            run: "click",
        },
        ...OUTCOMES.flatMap(([key, kind], index) => debtor(index, key, kind)),
        {
            content: "The list is done",
            trigger: "body:not(:has(.modal)) .o_recouvrement_day",
        },
        {
            content: "The broken and the contested are counted above",
            trigger: ".o_recouvrement_counter[data-counter=disputes]:contains(1)",
        },
    ],
});
