package org.iommulab.explore.breaks;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.board.World;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.CallbackUse;
import org.iommulab.kernel.Questions;
import org.iommulab.sim.Term;

/**
 * What a run asked of its kernel: of versions and behaviours, and of the drivers' tables.
 *
 * @param on the kernel that answered
 * @param use by driver, which callbacks were looked for
 */
record Asked(LevelKernel on, Questions questions, Map<String, CallbackUse> use) {
    Asked {
        use = Map.copyOf(use);
    }

    /** What a run has asked so far. */
    static Asked of(LevelKernel on, World world) {
        var use = new HashMap<String, CallbackUse>();
        for (Backend.Installed installed : world.backends()) {
            use.put(installed.ops().table().driver(), installed.ops().use().copy());
        }
        return new Asked(on, world.kernel().questions().copy(), use);
    }

    boolean lookedAt(String driver, Callback callback) {
        return Optional.ofNullable(use.get(driver))
                .filter(u -> u.wasLookedAt(callback))
                .isPresent();
    }

    /** How many events there were when the callback was looked for first; -1 for never. */
    int firstLook(String driver, Callback callback) {
        return Optional.ofNullable(use.get(driver))
                .map(u -> u.firstLook(callback))
                .orElse(-1);
    }

    int calls(String driver, Callback callback) {
        return Optional.ofNullable(use.get(driver)).map(u -> u.calls(callback)).orElse(0);
    }

    /**
     * Whether the same run comes out on another kernel: one that answers every question alike that this run asked, and
     * whose drivers have the same functions wherever this run looked into their tables.
     *
     * @param but a callback that both runs do without
     */
    boolean isSameOn(LevelKernel other, Optional<Tampering> but) {
        return questions.haveSameAnswers(on.answers(), other.answers())
                && on.config().equals(other.config())
                && on.build().commandLine().equals(other.build().commandLine())
                && on.tables().keySet().equals(other.tables().keySet())
                && use.keySet().stream().allMatch(driver -> hasSameTable(driver, other, but));
    }

    private boolean hasSameTable(String driver, LevelKernel other, Optional<Tampering> but) {
        Optional<Callback> taken =
                but.filter(t -> t.isRemoval() && t.driver().equals(driver)).map(Tampering::callback);
        Map<Callback, Term> here = on.tables().getOrDefault(driver, Map.of());
        Map<Callback, Term> there = other.tables().getOrDefault(driver, Map.of());
        if (here.equals(there)) {
            return true;
        }
        for (Callback callback : Callback.values()) {
            if (here.get(callback) != there.get(callback)
                    && lookedAt(driver, callback)
                    && taken.filter(callback::equals).isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
