import { registry } from "@web/core/registry";

const FILE = ".o_recouvrement_case";

registry.category("web_tour.tours").add("recouvrement_litigation", {
    timeout: 60000, // of a step: a busy machine is no fault
    steps: () => [
        {
            content: "Little is known of this payer: no figure, and the facts",
            trigger: `${FILE} .o_recouvrement_score:not(:has(.o_score_points)) li`,
        },
        {
            content: "Why this score",
            trigger: `${FILE} .o_score_why[aria-expanded=false]`,
            run: "click",
        },
        {
            content: "It says that it decides nothing; count again",
            trigger: `${FILE} .o_recouvrement_score:contains(RGPD) .o_score_refresh, ${FILE} .o_recouvrement_score:contains(GDPR) .o_score_refresh`,
            run: "click",
        },
        {
            content: "What was paid meanwhile gives it a figure",
            trigger: `${FILE} .o_recouvrement_score:has(.o_won) .o_score_points`,
        },
        {
            content: "Hand the file over",
            trigger: `${FILE} button[name=action_open_handover]`,
            run: "click",
        },
        {
            content: "What is missing is said",
            trigger: ".modal .o_recouvrement_readiness .fa-exclamation-circle",
        },
        {
            content: "To a lawyer",
            trigger: ".modal [name=contact_id] input",
            run: "edit Me Lemaire",
        },
        {
            content: "The one of the contacts",
            trigger: ".o-autocomplete--dropdown-item a:contains(Me Lemaire)",
            run: "click",
        },
        {
            content: "Hand over",
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        {
            content: "The file says so, and so do its items",
            trigger: `${FILE}:has(button[name=action_resume_chase]) [name=recouvrement_status] .text-bg-warning`,
        },
        {
            content: "Change one's mind",
            trigger: `${FILE} button[name=action_resume_chase]`,
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal [name=reason] input",
            run: "edit Paid by instalments",
        },
        {
            content: "The chase resumes",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "The banner is gone",
            trigger: `${FILE}:not(:has(button[name=action_resume_chase])) .o_data_row`,
        },
    ],
});
