package org.iommulab.app.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import javafx.scene.Scene;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.StackPane;
import org.iommulab.app.draw.OnFxThread;
import org.iommulab.app.sample.SampleRun;
import org.iommulab.app.sample.StillPlayback;
import org.iommulab.graph.Moment.RuleView;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RulesPaneTest {
    private static final RuleView HOLDS = new RuleView("a", "A", OptionalInt.empty(), false, "");
    private static final RuleView TOO = new RuleView("b", "B", OptionalInt.empty(), false, "");

    private RulesPane pane;

    @BeforeEach
    void show() throws Exception {
        OnFxThread.call(() -> {
            pane = new RulesPane(new StillPlayback(new SampleRun(), 0));
            return new Scene(new StackPane(pane), 300, 400);
        });
    }

    private List<String> shown(RuleView... rules) throws Exception {
        return OnFxThread.call(() -> {
            pane.show(List.of(rules));
            return rows();
        });
    }

    private List<String> rows() {
        return pane.getChildren().stream()
                .map(row -> row.getAccessibleText() + " " + List.copyOf(row.getStyleClass()))
                .toList();
    }

    @Test
    void whatHoldsIsOneLineAndWhatDoesNotStandsAboveItWithALookOfItsOwn() throws Exception {
        assertThat(shown(
                        HOLDS,
                        new RuleView("c", "C", OptionalInt.of(3), true, "broken", false),
                        TOO,
                        new RuleView("d", "D", OptionalInt.of(4), true, "odd", true),
                        new RuleView("e", "E", OptionalInt.of(5), false, "", false),
                        new RuleView("f", "F", OptionalInt.of(6), false, "", true)))
                .containsExactly(
                        "C, broken [rule, rule-broken]",
                        "D, suspicious [rule, rule-suspicious]",
                        "E, was broken [rule, rule-was-broken]",
                        "F, was suspicious [rule, rule-was-suspicious]",
                        "2 rules hold [rule, rule-holds, rules-holding]");
    }

    @Test
    void theLineOpensAndClosesAndARuleThatBreaksLeavesIt() throws Exception {
        shown(HOLDS, TOO);
        assertThat(OnFxThread.call(() -> {
                    ((ToggleButton) pane.lookup("#rules-holding")).fire();
                    return rows();
                }))
                .containsExactly(
                        "2 rules hold [rule, rule-holds, rules-holding]",
                        "A, holds [rule, rule-holds]",
                        "B, holds [rule, rule-holds]");
        assertThat(shown(HOLDS, new RuleView("b", "B", OptionalInt.of(3), true, "broken", false)))
                .containsExactly(
                        "B, broken [rule, rule-broken]",
                        "1 rule holds [rule, rule-holds, rules-holding]",
                        "A, holds [rule, rule-holds]");
        assertThat(OnFxThread.call(() -> {
                    ((ToggleButton) pane.lookup("#rules-holding")).fire();
                    return rows();
                }))
                .hasSize(2);
    }
}
