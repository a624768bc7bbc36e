package org.iommulab.app.source;

import java.util.List;
import java.util.Optional;
import org.iommulab.app.words.Calls;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/**
 * Which lines the source pane shows.
 *
 * @param function the kernel function that is running
 * @param kernelFile the kernel's file, may be empty
 * @param place the line that stands for it
 * @param detail the line of this very step, when there is one
 */
record SourceScene(String function, String kernelFile, SourcePlace place, Optional<SourcePlace> detail) {
    private static final int REACH = 60;

    /** The innermost call around this step that the index knows. */
    static Optional<SourceScene> at(SourceIndex index, Recording recording, int step) {
        if (step == 0) {
            return Optional.empty();
        }
        Optional<Event> own = Calls.at(recording, step).filter(event -> event.step() == step);
        List<Event> calls = Calls.around(recording, step);
        for (Event call : own.map(List::of).orElse(calls)) {
            Optional<SourcePlace> place = index.of(call.term().name());
            if (place.isPresent()) {
                return Optional.of(scene(index, recording, step, call, place.get()));
            }
        }
        return own.isEmpty()
                ? Optional.empty()
                : calls.stream()
                        .flatMap(call -> index.of(call.term().name()).stream()
                                .map(place -> scene(index, recording, step, call, place)))
                        .findFirst();
    }

    private static SourceScene scene(SourceIndex index, Recording recording, int step, Event call, SourcePlace place) {
        boolean inside = step != call.step() && recording.kind(step) != EventKind.LEAVE;
        Optional<SourcePlace> detail =
                inside ? index.within(place, recording.event(step).term().name(), REACH) : Optional.empty();
        return new SourceScene(call.term().name(), call.term().source(), place, detail);
    }

    /** The line to look at. */
    int line() {
        return detail.map(SourcePlace::line).orElse(place.line());
    }

    /** {@code core/Attaching.java}, line 143. */
    String modelled() {
        return place.file().replace("org/iommulab/", "") + ", line " + line();
    }
}
