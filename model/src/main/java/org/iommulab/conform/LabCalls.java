package org.iommulab.conform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.jspecify.annotations.Nullable;

/** What a capture's probes would have seen in the lab's kernel. */
final class LabCalls {
    private final Machine machine;
    private final Map<String, List<Probe>> byFunction = new HashMap<>();
    private final CallContext context;
    private final Predicate<Call> visible;
    private final List<Call> calls = new ArrayList<>();

    private LabCalls(Machine machine, Collection<Probe> probes, Predicate<Call> visible) {
        this.machine = machine;
        this.visible = visible;
        this.context = new CallContext(probes);
        probes.forEach(probe -> byFunction
                .computeIfAbsent(probe.function(), _ -> new ArrayList<>())
                .add(probe));
    }

    /**
     * Those of the events after {@code from} up to {@code to}.
     *
     * @param visible whether a probe can fire at such a call
     */
    static List<Call> of(Recording recording, Collection<Probe> probes, Predicate<Call> visible, int from, int to) {
        var calls = new LabCalls(recording.machine(), probes, visible);
        for (int step = from + 1; step <= to; step++) {
            switch (recording.kind(step)) {
                case ENTER, CALLBACK, LEAVE -> calls.see(recording.event(step));
                default -> {
                    // no call
                }
            }
        }
        return calls.calls;
    }

    private void see(Event event) {
        List<Probe> probes = byFunction.getOrDefault(event.term().name(), List.of());
        if (probes.isEmpty()) {
            return;
        }
        switch (event) {
            case Event.Enter e -> enter(probes, e.term(), e.object(), e.term().a() == Term.Operand.OBJECT ? e.a() : 0);
            case Event.Callback c -> enter(probes, c.term(), c.object(), c.argument());
            case Event.Leave l -> leave(probes, l);
            default -> throw new IllegalStateException("no call: " + event);
        }
    }

    private void enter(List<Probe> probes, Term term, int object, long other) {
        for (Probe probe : probes) {
            if (!probe.atReturn() && keep(call(probe, List.of((long) object, other), OptionalLong.empty()))) {
                context.entered(term.name());
            }
        }
    }

    private void leave(List<Probe> probes, Event.Leave leave) {
        context.left(leave.term().name());
        for (Probe probe : probes) {
            if (probe.atReturn()) {
                boolean number = probe.records("ret");
                keep(call(
                        probe,
                        List.of(leave.result()),
                        number ? OptionalLong.of(leave.result()) : OptionalLong.empty()));
            }
        }
    }

    private boolean keep(Call call) {
        boolean seen = visible.test(call);
        if (seen) {
            calls.add(call);
        }
        return seen;
    }

    private Call call(Probe probe, List<Long> operands, OptionalLong result) {
        Optional<String> device = Optional.empty();
        Optional<String> group = Optional.empty();
        OptionalLong domain = probe.records("domain") ? OptionalLong.of(0) : OptionalLong.empty();
        for (long id : operands) {
            @Nullable SimObject object = id > 0 && id <= machine.objectCount() ? machine.object((int) id) : null;
            if (object instanceof Device found && probe.records("dev")) {
                device = Optional.of(found.label());
            } else if (object instanceof Group found && probe.records("group")) {
                group = Optional.of(Integer.toString(found.number()));
            } else if (object instanceof IommuDomain && domain.isPresent()) {
                domain = OptionalLong.of(id);
            }
        }
        return new Call(probe.name(), context.now(), device, group, domain, result);
    }
}
