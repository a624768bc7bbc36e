package org.iommulab.conform;

import java.util.List;
import org.iommulab.kernel.Errno;

/**
 * What a command comes back with.
 *
 * @param error 0 or a negative errno
 * @param output what it prints
 */
public record Answer(long error, List<String> output) {
    public Answer {
        output = List.copyOf(output);
    }

    static final Answer DONE = new Answer(0, List.of());

    static Answer failed(Errno errno) {
        return of(errno.negative());
    }

    static Answer of(long error) {
        return new Answer(error, List.of());
    }

    static Answer printed(String... lines) {
        return new Answer(0, List.of(lines));
    }

    Answer with(List<String> lines) {
        return new Answer(error, lines);
    }
}
