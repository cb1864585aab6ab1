import { registry } from "@web/core/registry";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { ListRenderer } from "@web/views/list/list_renderer";

const ITEMS = "open_line_ids";

/** The items of a file, with boxes to tick as in any list. */
export class ItemsRenderer extends ListRenderer {
    get ticked() {
        return this.props.list.records.filter((record) => record.selected);
    }

    get selectAll() {
        const { length } = this.props.list.records;
        return length > 0 && this.ticked.length === length;
    }

    toggleSelection() {
        const value = !this.selectAll;
        for (const record of this.props.list.records) {
            record.toggleSelection(value);
        }
    }
}

export class ItemsField extends X2ManyField {
    static components = { ...X2ManyField.components, ListRenderer: ItemsRenderer };

    get rendererProps() {
        return { ...super.rendererProps, allowSelectors: true };
    }
}

registry.category("fields").add("recouvrement_items", {
    ...x2ManyField,
    component: ItemsField,
});

/** The buttons of a file speak of the items that are ticked, if any is. */
export class CaseFormController extends FormController {
    async beforeExecuteActionButton(clickParams) {
        const items = this.model.root.data[ITEMS]?.records || [];
        const ticked = items.filter((record) => record.selected);
        clickParams.buttonContext = {
            ...clickParams.buttonContext,
            recouvrement_item_ids: ticked.map((record) => record.resId),
        };
        return super.beforeExecuteActionButton(clickParams);
    }
}

registry.category("views").add("recouvrement_case_form", {
    ...formView,
    Controller: CaseFormController,
});
