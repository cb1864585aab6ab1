import { Component, onMounted, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const EDITABLE = "input, textarea, select, [contenteditable=true]";

/**
 * What a call gave: one button per outcome, chosen by its key. While somebody types
 * in a field, the key is pressed with Alt.
 */
export class OutcomeField extends Component {
    static template = "odoo_recouvrement.OutcomeField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.root = useRef("root");
        this.state = useState({ outcomes: [] });
        onWillStart(async () => {
            this.state.outcomes = await this.orm.searchRead(
                "recouvrement.call.outcome",
                [],
                ["name", "key", "kind"]
            );
        });
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev), {
            capture: true,
        });
        // The form gives the focus to its first field: the keys need it here.
        onMounted(() => {
            if (!this.props.readonly && !this.value) {
                setTimeout(() => this.root.el?.querySelector("button")?.focus(), 250);
            }
        });
    }

    get value() {
        return this.props.record.data[this.props.name]?.id;
    }

    onKeydown(ev) {
        const isTyping = ev.target.closest?.(EDITABLE);
        if (this.props.readonly || ev.ctrlKey || ev.metaKey || (isTyping && !ev.altKey)) {
            return;
        }
        const pressed = ev.code.replace(/^(Digit|Numpad|Key)/, "").toLowerCase();
        const outcome = this.state.outcomes.find(
            ({ key }) => key && [pressed, ev.key.toLowerCase()].includes(key.toLowerCase())
        );
        if (outcome) {
            ev.preventDefault();
            ev.stopPropagation();
            this.choose(outcome);
        }
    }

    async choose(outcome) {
        await this.props.record.update({
            [this.props.name]: { id: outcome.id, display_name: outcome.name },
        });
        setTimeout(() => this.focusDetails(), 100);
    }

    /** The first thing the outcome asks for. */
    focusDetails() {
        const form = this.root.el?.closest(".o_form_view, .modal-body");
        const fields = form?.querySelectorAll(
            ".o_recouvrement_call_details .o_field_widget:not(.o_readonly_modifier) " +
                ":is(input:not([type=checkbox]), textarea, button.o_datetime_button)"
        );
        [...(fields || [])].find((field) => field.offsetParent && !field.value)?.focus();
    }
}

registry.category("fields").add("recouvrement_outcome", {
    component: OutcomeField,
    supportedTypes: ["many2one"],
});
