package org.iommulab.app.inspector;

import org.iommulab.app.draw.Tone;

/**
 * A line of the inspector.
 *
 * @param label what
 * @param value as the kernel or the hardware would print it
 * @param tone what the value means
 * @param leadsTo object id of the thing that the value names, 0 for none
 * @param meaning what there is to know besides, for who asks; may be empty
 */
public record Fact(String label, String value, Tone tone, int leadsTo, String meaning) {
    Fact(String label, String value, Tone tone, int leadsTo) {
        this(label, value, tone, leadsTo, "");
    }

    static Fact plain(String label, String value) {
        return new Fact(label, value, Tone.TEXT, 0);
    }

    static Fact link(String label, String value, Tone tone, int leadsTo) {
        return new Fact(label, value, tone, leadsTo);
    }

    static Fact bad(String label, String value) {
        return new Fact(label, value, Tone.DANGER, 0);
    }
}
