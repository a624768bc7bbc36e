package org.iommulab.conform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A call of a kernel function, or its return, as a probe in it sees it.
 *
 * @param probe the probe's name, {@code core_attach_dev_ret}
 * @param context from where, see {@link CallContext}
 * @param device of a function that is about one
 * @param group its number
 * @param domain an identity, comparable inside one machine: an address, or an object's number; 0 for none
 * @param result what it returned, for a return that tells a number
 */
record Call(
        String probe,
        String context,
        Optional<String> device,
        Optional<String> group,
        OptionalLong domain,
        OptionalLong result) {
    /**
     * Everything that has a meaning outside the machine: all but which domain. A device tells its group, and of results
     * only the errors count, as a write's is the number of bytes.
     */
    String comparable() {
        var text = new ArrayList<String>(List.of(probe));
        device.map(name -> "dev=" + name)
                .or(() -> group.map(number -> "group=" + number))
                .ifPresent(text::add);
        result.ifPresent(number -> text.add("ret=" + Math.min(number, 0)));
        return String.join(" ", text);
    }
}
