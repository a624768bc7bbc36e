package org.iommulab.rules;

import java.util.Optional;
import java.util.function.Predicate;
import org.iommulab.board.World;
import org.iommulab.sim.Cursor;

/**
 * What several runs of one machine begin with, one after the other: it is judged once. Each run is judged while the
 * machine stands at its end, and the machine goes back no further than to the end of what they have in common.
 */
public final class CommonBeginning {
    private Optional<Judged> judged = Optional.empty();

    private record Judged(int first, int last, RuleJudge judge) {}

    /**
     * As {@link RuleHistory#firstBreaches(World, Cursor, int, Predicate)}.
     *
     * @param last the last step that the runs have in common
     */
    public RuleHistory firstBreaches(World world, Cursor cursor, int first, int last, Predicate<Rule> about) {
        if (first > last || last >= cursor.recording().length()) {
            return RuleHistory.firstBreaches(world, cursor, first, about);
        }
        Judged known = judged.filter(before -> before.first() == first && before.last() == last)
                .orElseGet(() -> new Judged(first, last, RuleJudge.beginning(world, cursor, first, last)));
        judged = Optional.of(known);
        return RuleHistory.goingOn(known.judge(), cursor, about);
    }
}
