package org.iommulab.json;

import java.util.List;
import java.util.stream.Collectors;

/** A file that somebody wrote is not what it should be: everything that was found, in the order of the file. */
public final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    public BadInput(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
