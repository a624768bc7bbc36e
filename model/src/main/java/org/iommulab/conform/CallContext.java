package org.iommulab.conform;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * From where a probed function is called, as far as probes show it: from the innermost probed function that has been
 * entered and not left; without one, after the last of those whose return is not probed.
 */
final class CallContext {
    private final Set<String> returning;
    private final Deque<String> open = new ArrayDeque<>();
    private String last = "";

    CallContext(Collection<Probe> probes) {
        returning = probes.stream().filter(Probe::atReturn).map(Probe::function).collect(Collectors.toSet());
    }

    /** A new step begins: nothing is open. */
    void clear() {
        open.clear();
        last = "";
    }

    void entered(String function) {
        if (returning.contains(function)) {
            open.push(function);
        } else {
            last = function;
        }
    }

    void left(String function) {
        open.removeFirstOccurrence(function);
    }

    String now() {
        return open.isEmpty() ? "after " + last : open.peek();
    }
}
