package org.iommulab.conform;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Two kernels' calls of the same functions. The compiler puts some calls into their callers, where no probe fires: a
 * call of the lab counts only where the capture has seen that function's probe fire from there.
 */
final class CallComparison {
    private static final long FIRST_ERROR_POINTER = -4095;

    private final Set<String> seen = new HashSet<>();
    private final Map<Long, Long> domains = new HashMap<>();

    CallComparison(Map<Integer, List<Call>> recorded) {
        recorded.values().forEach(calls -> calls.forEach(call -> seen.add(place(call))));
    }

    private static String place(Call call) {
        return call.probe() + " in " + call.context();
    }

    /** Whether a probe has been seen firing at a call from there. */
    boolean isVisible(Call call) {
        return seen.contains(place(call));
    }

    /**
     * @param same how many agree, in order
     * @param all how many the longer list has
     * @param difference the first that does not agree
     */
    record Result(int same, int all, Optional<String> difference) {
        /** Nothing was recorded. */
        static final Result NOTHING = new Result(0, 0, Optional.empty());
    }

    /** A step's calls, of the lab those that are visible; steps must come in order, since domains are told apart by when they came up. */
    Result compare(List<Call> recorded, List<Call> lab) {
        List<String> expected = recorded.stream().map(Call::comparable).toList();
        List<String> actual = lab.stream().map(Call::comparable).toList();
        int all = Math.max(expected.size(), actual.size());
        if (!expected.equals(actual)) {
            return new Result(
                    Comparing.inCommon(expected, actual), all, Optional.of(Differences.first(expected, actual)));
        }
        var wrong = new ArrayList<String>();
        for (int i = 0; i < all; i++) {
            if (!sameDomain(recorded.get(i), lab.get(i))) {
                wrong.add("another domain in " + expected.get(i));
            }
        }
        return new Result(all - wrong.size(), all, wrong.stream().findFirst());
    }

    private boolean sameDomain(Call recorded, Call lab) {
        if (recorded.domain().isEmpty() || lab.domain().isEmpty()) {
            return true;
        }
        long address = asPointer(recorded.domain());
        long number = lab.domain().getAsLong();
        if (address == 0 || number == 0) {
            return address == number;
        }
        if (recorded.probe().contains("alloc")) {
            domains.put(address, number); // perhaps in the memory of a domain that was freed where no probe fires
        }
        return domains.computeIfAbsent(address, _ -> number) == number;
    }

    private static long asPointer(OptionalLong domain) {
        long address = domain.orElse(0);
        return address < 0 && address >= FIRST_ERROR_POINTER ? 0 : address;
    }
}
