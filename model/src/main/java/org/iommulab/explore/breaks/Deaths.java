package org.iommulab.explore.breaks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.iommulab.scenario.ScenarioFile;

/** The runs that die in the first act, of stories that begin alike. Used by all workers at a time. */
final class Deaths {
    private final Map<Tampering, List<Death>> deaths = new ConcurrentHashMap<>();

    /** What the run that died had asked, and what the unbroken one that it was held against. */
    private record Death(Asked asked, Asked usual, Cell cell) {}

    void remember(Take broken, Unbroken usual, Tampering tampering, Cell cell) {
        if (broken.diedAtOnce()) {
            deaths.computeIfAbsent(tampering, _ -> new CopyOnWriteArrayList<>())
                    .add(new Death(broken.asked(), usual.asked(), cell));
        }
    }

    /**
     * The cell of another story that begins like this one and does not survive it: the broken run is the same on both
     * kernels, and so is the unbroken one, which has the callback.
     */
    Optional<Cell> find(ScenarioFile file, LevelKernel on, Tampering tampering) {
        return deaths.getOrDefault(tampering, List.of()).stream()
                .filter(death -> death.asked().isSameOn(on, Optional.of(tampering)))
                .filter(death -> death.usual().isSameOn(on, Optional.empty()))
                .findFirst()
                .map(death -> death.cell().of(file, on.level()));
    }
}
