package org.iommulab.app.words;

import org.iommulab.graph.Moment.RuleView;

/** How a rule stands at a step. A breach of some rules is only suspicious: it is told apart wherever rules are shown. */
public enum RuleState {
    HOLDS("holds"),
    WAS_SUSPICIOUS("was suspicious"),
    WAS_BROKEN("was broken"),
    SUSPICIOUS("suspicious"),
    BROKEN("broken");

    private final String word;

    RuleState(String word) {
        this.word = word;
    }

    public static RuleState of(RuleView rule) {
        if (rule.brokenSince().isEmpty()) {
            return HOLDS;
        }
        return rule.brokenNow()
                ? rule.suspicion() ? SUSPICIOUS : BROKEN
                : rule.suspicion() ? WAS_SUSPICIOUS : WAS_BROKEN;
    }

    /** In plain words: {@code was broken}. */
    public String word() {
        return word;
    }

    /** Whether it is so at this very step. */
    public boolean isNow() {
        return this == SUSPICIOUS || this == BROKEN;
    }

    /** Whether it came up at all and is, or was, no worse than suspicious. */
    public boolean isSuspicion() {
        return this == SUSPICIOUS || this == WAS_SUSPICIOUS;
    }
}
