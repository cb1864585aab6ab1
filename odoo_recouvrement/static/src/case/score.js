import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The sign of a word; the word beside it says the same. */
const SIGNS = {
    good: "fa-check-circle-o",
    watch: "fa-eye",
    fragile: "fa-exclamation-circle",
    critical: "fa-exclamation-triangle",
    unknown: "fa-question-circle-o",
};

/** +10, −5, 0: a minus sign as wide as the plus. */
function signed(points) {
    const sign = points > 0 ? "+" : points < 0 ? "−" : "";
    return `${sign}${Math.abs(points)}`;
}

/** The score of a payer, its factors, and why: the file's left part. */
export class ScoreDetailField extends Component {
    static template = "odoo_recouvrement.ScoreDetailField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ isOpen: false, isBusy: false });
    }

    get score() {
        return this.props.record.data[this.props.name] || {};
    }

    get sign() {
        return SIGNS[this.score.band] || SIGNS.unknown;
    }

    get factors() {
        return (this.score.factors || []).map((factor) => ({
            ...factor,
            points: this.score.points === false ? "" : signed(factor.points),
            tone: factor.points > 0 ? "o_won" : factor.points < 0 ? "o_lost" : "",
        }));
    }

    toggle() {
        this.state.isOpen = !this.state.isOpen;
    }

    async refresh() {
        const { record } = this.props;
        this.state.isBusy = true;
        try {
            if (await record.save()) {
                await this.orm.call("recouvrement.case", "action_refresh_score", [
                    [record.resId],
                ]);
                await record.load();
            }
        } finally {
            this.state.isBusy = false;
        }
    }
}

registry.category("fields").add("recouvrement_score_detail", {
    component: ScoreDetailField,
    supportedTypes: ["json"],
});

/** The score of a list's row: the figure and its word; no figure where little is known. */
export class ScoreField extends Component {
    static template = "odoo_recouvrement.ScoreField";
    static props = { ...standardFieldProps, bandField: { type: String } };

    get band() {
        return this.props.record.data[this.props.bandField];
    }

    get word() {
        const field = this.props.record.fields[this.props.bandField];
        const found = field.selection.find(([band]) => band === this.band);
        return found ? found[1] : "";
    }

    get sign() {
        return SIGNS[this.band];
    }

    get points() {
        const hasFigure = this.band && this.band !== "unknown";
        return hasFigure ? this.props.record.data[this.props.name] : "";
    }
}

registry.category("fields").add("recouvrement_score", {
    component: ScoreField,
    supportedTypes: ["integer"],
    extractProps: ({ options }) => ({ bandField: options.band_field }),
});
