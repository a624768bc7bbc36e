package org.iommulab.backend.s390;

import java.util.ArrayList;
import java.util.Optional;
import org.iommulab.hardware.RadixWalker.Found;
import org.iommulab.hardware.RadixWalker.Result;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;

/** What would become of an access, for looking at: no event, no change. */
record S390Trace(S390Unit unit, S390Cache cache, boolean shadow) {
    /** The levels show memory; the verdict is what the function would do, which with a stale cache is something else. */
    WalkTrace of(long input, boolean write) {
        var fields = new S390Entries().address(input, S390Format.LAST, S390Format.PAGE);
        var levels = new ArrayList<WalkTrace.Level>();
        Optional<String> obstacle = unit.obstacle().or(() -> unit.objection(input));
        if (obstacle.isPresent()) {
            return new WalkTrace(unit.id(), input, write, fields, "off", levels, new Verdict.Refused(obstacle.get()));
        }
        Result inMemory = cache.picture(unit.tableBase(), input, levels);
        boolean hit = cache.knows(input);
        Result result = hit || shadow ? cache.known(input) : inMemory;
        return new WalkTrace(
                unit.id(), input, write, fields, hit ? "hit" : "miss", levels, verdict(result, input, write));
    }

    private static Verdict verdict(Result result, long input, boolean write) {
        Optional<String> objection = S390Unit.objection(result, write);
        if (objection.isPresent() || !(result instanceof Found found)) {
            return new Verdict.Refused(objection.orElse("translation"));
        }
        return new Verdict.Reached(
                found.page() | input & S390Format.PAGE - 1, S390Format.PAGE, Prot.letters(found.prot()));
    }
}
