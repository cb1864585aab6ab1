import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/** Above the day's messages: how fresh the bank is, and what waits. */
export class DispatchHeader extends Component {
    static template = "odoo_recouvrement.DispatchHeader";
    static props = { list: { type: Object, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ header: {} });
        onWillStart(() => this.load());
        onWillUpdateProps(() => this.load());
    }

    async load() {
        this.state.header = await this.orm.call(
            "recouvrement.reminder",
            "get_dispatch_header",
            []
        );
    }
}

export class DispatchListRenderer extends ListRenderer {
    static template = "odoo_recouvrement.DispatchListRenderer";
    static components = { ...ListRenderer.components, DispatchHeader };
}

registry.category("views").add("recouvrement_dispatch_list", {
    ...listView,
    Renderer: DispatchListRenderer,
});
