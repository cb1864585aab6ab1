import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The sign and the weight of a deadline; the words beside it say the same. */
const SIGNS = {
    over: { icon: "fa-times-circle", tone: "text-danger" },
    urgent: { icon: "fa-exclamation-triangle", tone: "text-danger" },
    near: { icon: "fa-hourglass-end", tone: "text-warning-emphasis" },
    year: { icon: "fa-hourglass-half", tone: "text-body" },
    far: { icon: "fa-hourglass-start", tone: "text-muted" },
};

/** What is left before a prescription, in words, with a sign and a colour. */
export class CountdownField extends Component {
    static template = "odoo_recouvrement.CountdownField";
    static props = {
        ...standardFieldProps,
        nearnessField: { type: String, optional: true },
    };

    get words() {
        return this.props.record.data[this.props.name] || "";
    }

    get sign() {
        return SIGNS[this.props.record.data[this.props.nearnessField]] || SIGNS.far;
    }
}

registry.category("fields").add("recouvrement_countdown", {
    component: CountdownField,
    supportedTypes: ["char"],
    extractProps: ({ options }) => ({ nearnessField: options.nearness_field }),
});

/** The items of a file with their prescription; each unfolds its history. */
export class LimitationsField extends Component {
    static template = "odoo_recouvrement.LimitationsField";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ folded: {} });
    }

    get accounts() {
        return this.props.record.data[this.props.name] || [];
    }

    get hasHopes() {
        return this.accounts.some((account) => account.hoped);
    }

    sign(account) {
        return account.is_stopped
            ? { icon: "fa-pause-circle-o", tone: "text-success" }
            : SIGNS[account.nearness];
    }

    /** The nearest tells its history from the start. */
    isOpen(account, index) {
        const folded = this.state.folded[account.id];
        return folded === undefined ? index === 0 : !folded;
    }

    toggle(account, index) {
        this.state.folded[account.id] = this.isOpen(account, index);
    }
}

registry.category("fields").add("recouvrement_limitations", {
    component: LimitationsField,
    supportedTypes: ["json"],
});
