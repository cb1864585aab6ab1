import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { formatMonetary } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/**
 * The counters of the day. Each one is a filter of the list below: a click keeps
 * the other facets (mine, a customer) and replaces the counter in force.
 */
export class DayStrip extends Component {
    static template = "odoo_recouvrement.DayStrip";
    static props = { list: { type: Object, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ counters: [], currencyId: false });
        onWillStart(() => this.load());
        onWillUpdateProps(() => this.load());
    }

    async load() {
        const found = await this.orm.call("recouvrement.case", "get_day_counters", [
            this.isActive("mine"),
        ]);
        this.state.counters = found.counters;
        this.state.currencyId = found.currency_id;
    }

    get searchModel() {
        return this.env.searchModel;
    }

    items(names) {
        return this.searchModel.getSearchItems((item) => names.includes(item.name));
    }

    isActive(name) {
        return this.items([name]).some((item) => item.isActive);
    }

    money(amount) {
        return formatMonetary(amount, {
            currencyId: this.state.currencyId,
            digits: [16, 0],
        });
    }

    select(counter) {
        const wasActive = this.isActive(counter.filter);
        const names = this.state.counters.map((other) => other.filter);
        for (const item of this.items(names)) {
            if (item.isActive) {
                this.searchModel.toggleSearchItem(item.id);
            }
        }
        if (!wasActive) {
            for (const item of this.items([counter.filter])) {
                this.searchModel.toggleSearchItem(item.id);
            }
        }
    }
}

const SPARSE_COLUMNS = ["mark_text", "next_date", "promise_text"];

export class DayListRenderer extends ListRenderer {
    static template = "odoo_recouvrement.DayListRenderer";
    static components = { ...ListRenderer.components, DayStrip };

    /** A column that is empty on every row leaves its width to the others. */
    getActiveColumns() {
        const { records } = this.props.list;
        return super
            .getActiveColumns()
            .filter(
                ({ name }) =>
                    !SPARSE_COLUMNS.includes(name) ||
                    records.some((record) => record.data[name])
            );
    }
}

registry.category("views").add("recouvrement_day_list", {
    ...listView,
    Renderer: DayListRenderer,
});
