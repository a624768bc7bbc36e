package org.iommulab.app.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.app.playback.Now;
import org.iommulab.app.sample.SampleRun;
import org.iommulab.graph.Moment;
import org.iommulab.graph.Moment.RuleView;
import org.junit.jupiter.api.Test;

/** What the status line and the text twin say of rules. */
class RuleWordsTest {
    private static final RuleView HOLDS = new RuleView("a", "A", OptionalInt.empty(), false, "");
    private static final RuleView BROKEN = new RuleView("b", "B", OptionalInt.of(7), true, "bad");
    private static final RuleView ODD = new RuleView("c", "C", OptionalInt.of(5), true, "odd", true);
    private static final RuleView WAS = new RuleView("d", "D", OptionalInt.of(3), false, "");

    private static Moment moment(RuleView... rules) {
        return new Moment(
                9, 0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(rules), Optional.empty());
    }

    private static String status(RuleView... rules) {
        return StatusLine.broken(new Now(new SampleRun(), moment(rules), Optional.empty()));
    }

    @Test
    void theStatusLineCountsSuspicionsOnlyWhereNothingIsBroken() {
        assertThat(status(HOLDS, WAS)).isEqualTo("No rule is broken");
        assertThat(status(HOLDS, ODD)).isEqualTo("1 rule suspicious since step 5");
        assertThat(status(HOLDS, ODD, BROKEN)).isEqualTo("1 rule broken since step 7");
        assertThat(status()).isEqualTo("No rule is watched");
    }

    @Test
    void theTextTwinListsAllAndTellsThemApart() {
        assertThat(MomentText.of(moment(HOLDS, BROKEN, ODD, WAS))).endsWith("""
            Rules
                holds  A
                broken since step 7  B
                suspicious since step 5  C
                was broken since step 3  D
            """);
    }
}
