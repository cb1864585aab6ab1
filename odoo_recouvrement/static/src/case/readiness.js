import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The sign of a point, its colour, and its word for who sees neither. */
const SIGNS = {
    ready: { icon: "fa-check", tone: "text-success" },
    missing: { icon: "fa-exclamation-circle", tone: "text-warning-emphasis" },
    obstacle: { icon: "fa-ban", tone: "text-danger" },
    to_know: { icon: "fa-info-circle", tone: "text-muted" },
};

/** What is at hand before a matter is handed over, and what is missing. */
export class ReadinessField extends Component {
    static template = "odoo_recouvrement.ReadinessField";
    static props = { ...standardFieldProps };

    get readiness() {
        return this.props.record.data[this.props.name] || { points: [] };
    }

    sign(point) {
        return SIGNS[point.state];
    }
}

registry.category("fields").add("recouvrement_readiness", {
    component: ReadinessField,
    supportedTypes: ["json"],
});
