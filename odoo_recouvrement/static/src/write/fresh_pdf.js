import { onWillDestroy, onWillRender } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { PdfViewerField, pdfViewerField } from "@web/views/fields/pdf_viewer/pdf_viewer_field";

/** A PDF that is nowhere yet but in the form: the preview of what is being written. */
export class FreshPdfField extends PdfViewerField {
    setup() {
        super.setup();
        this.content = "";
        this.fresh = "";
        onWillRender(() => this.refresh());
        onWillDestroy(() => URL.revokeObjectURL(this.fresh));
    }

    refresh() {
        const content = this.props.record.data[this.props.name] || "";
        if (content === this.content) {
            return;
        }
        URL.revokeObjectURL(this.fresh);
        this.content = content;
        const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
        const file = new Blob([bytes], { type: "application/pdf" });
        this.fresh = content ? URL.createObjectURL(file) : "";
    }

    get urlFile() {
        return this.fresh;
    }
}

registry.category("fields").add("recouvrement_fresh_pdf", {
    ...pdfViewerField,
    component: FreshPdfField,
});
