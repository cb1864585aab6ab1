import { Component, onWillStart } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The rank of a file, and why in a tooltip. */
export class RankField extends Component {
    static template = "odoo_recouvrement.RankField";
    static props = { ...standardFieldProps, tipField: { type: String, optional: true } };

    get points() {
        return this.props.record.data[this.props.name] || 0;
    }

    get tip() {
        return this.props.record.data[this.props.tipField] || "";
    }
}

registry.category("fields").add("recouvrement_rank", {
    component: RankField,
    supportedTypes: ["integer"],
    extractProps: ({ options }) => ({ tipField: options.tip_field }),
});

/** The aged balance as a bar; the figures stay readable without the colours. */
export class AgedBarField extends Component {
    static template = "odoo_recouvrement.AgedBarField";
    static props = { ...standardFieldProps };

    get buckets() {
        return this.props.record.data[this.props.name] || [];
    }

    get isEmpty() {
        return !this.buckets.some((bucket) => bucket.amount);
    }

    percent(bucket) {
        return `${Math.round(bucket.share)} %`;
    }

    money(amount) {
        const currency = this.props.record.data.currency_id;
        return formatMonetary(amount, { currencyId: currency && currency.id });
    }
}

registry.category("fields").add("recouvrement_aged_bar", {
    component: AgedBarField,
    supportedTypes: ["json"],
});

/** A sentence in two lines at most; the whole of it under the pointer. */
export class TwoLinesField extends Component {
    static template = "odoo_recouvrement.TwoLinesField";
    static props = { ...standardFieldProps };

    get text() {
        return this.props.record.data[this.props.name] || "";
    }
}

registry.category("fields").add("recouvrement_two_lines", {
    component: TwoLinesField,
    supportedTypes: ["char", "text"],
    listViewWidth: [165], // at least; standing.scss asks for all that is left
});

/** The buttons of a row: open, confirm, and the days to postpone in a menu. */
export class RowActions extends Component {
    static template = "odoo_recouvrement.RowActions";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        onWillStart(async () => {
            this.canAct = await user.hasGroup(
                "odoo_recouvrement.group_recouvrement_collector"
            );
        });
    }

    get record() {
        return this.props.record;
    }

    /** The files of the list, in its order: a call goes on with the next one. */
    get queue() {
        const { root } = this.record.model;
        return (root.records || []).map((record) => record.resId).filter(Boolean);
    }

    async run(method) {
        const result = await this.orm.call(
            "recouvrement.case",
            method,
            [[this.record.resId]],
            { context: { recouvrement_queue: this.queue } }
        );
        const reload = () => this.record.model.load();
        if (result && typeof result === "object") {
            await this.action.doAction(result, { onClose: reload });
        } else {
            await reload();
        }
    }
}

registry.category("view_widgets").add("recouvrement_row_actions", {
    component: RowActions,
    fieldDependencies: [
        { name: "has_to_confirm", type: "boolean" },
        { name: "overdue_total", type: "monetary" },
    ],
});
