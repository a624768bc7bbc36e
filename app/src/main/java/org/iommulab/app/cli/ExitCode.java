package org.iommulab.app.cli;

/** What the program's exit code says. Scripts rely on it. */
final class ExitCode {
    static final int AS_EXPECTED = 0;
    /** An expectation, a rule, a vector or a comparison failed. */
    static final int NOT_AS_EXPECTED = 1;
    /** Bad input or usage. */
    static final int BAD_INPUT = 2;
    /** Steps, memory or time ran out. */
    static final int LIMIT = 3;
    /** A bug of the lab itself. */
    static final int OUR_BUG = 4;

    private ExitCode() {}

    static int expected(boolean met) {
        return met ? AS_EXPECTED : NOT_AS_EXPECTED;
    }
}
