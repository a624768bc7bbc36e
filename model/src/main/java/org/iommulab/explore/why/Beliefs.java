package org.iommulab.explore.why;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Events;
import org.iommulab.sim.Term;

/** Who held on to what, after a callback that was not there. */
final class Beliefs {
    private static final String GROUP_DOMAIN = "group.domain";

    /** What the DMA API forgets when a device is taken out of its mapping. */
    private static final Set<String> DMA_API = Set.of("dma_ops", "archdata.mapping");

    private final Events recording;
    private final Map<Field, Long> values = new LinkedHashMap<>();

    private record Field(int object, String name) {}

    private Beliefs(Events recording) {
        this.recording = recording;
    }

    /**
     * What is still believed after a step although it should be over; empty when that is nothing of note.
     *
     * @param cause at which a callback was not there
     * @param calls around it
     * @param last where to stop looking
     */
    static Optional<Chain.Link> kept(Events recording, int cause, Iterable<Integer> calls, int last) {
        var beliefs = new Beliefs(recording);
        for (int step = 1; step < cause; step++) {
            beliefs.take(step);
        }
        for (int call : calls) {
            var field = new Field(recording.objectId(call), GROUP_DOMAIN);
            long domain = beliefs.values.getOrDefault(field, 0L);
            if (domain != 0) {
                return beliefs.from(cause, field, domain, last);
            }
        }
        return Optional.empty();
    }

    private void take(int step) {
        if (recording.kind(step) == EventKind.CHANGED && recording.term(step).b() == Term.Operand.OBJECT) {
            var field = new Field(recording.objectId(step), recording.term(step).name());
            values.remove(field);
            values.put(field, recording.b(step));
        }
    }

    private Optional<Chain.Link> from(int cause, Field group, long domain, int last) {
        int forgotten = 0;
        int dmaApi = 0;
        for (int step = cause; step <= last; step++) {
            take(step);
            if (recording.event(step) instanceof Event.Changed changed && changed.to() == 0 && changed.from() != 0) {
                String name = changed.term().name();
                if (name.equals(GROUP_DOMAIN) && changed.object() == group.object() && forgotten == 0) {
                    forgotten = step;
                } else if (DMA_API.contains(name) && dmaApi == 0) {
                    dmaApi = step;
                }
            }
        }
        String what = label((int) domain);
        if (forgotten == 0) {
            return dmaApi == 0
                    ? Optional.empty()
                    : Optional.of(new Chain.Link(
                            dmaApi, "the DMA API forgets " + what + ", " + label(group.object()) + " keeps it"));
        }
        int step = forgotten;
        return values.entrySet().stream()
                .filter(one -> one.getValue() == domain && !one.getKey().name().equals(GROUP_DOMAIN))
                .filter(one ->
                        one.getKey().name().endsWith("domain") && one.getKey().object() != group.object())
                .map(one -> one.getKey().object())
                .reduce((_, latest) -> latest)
                .map(holder -> new Chain.Link(step, "the core forgets " + what + ", " + label(holder) + " keeps it"));
    }

    private String label(int object) {
        return new Names(recording).of(object);
    }
}
