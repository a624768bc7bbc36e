package org.iommulab.app.walk;

import org.iommulab.app.draw.Tone;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.WalkTrace;

/** Which colour each part of a walk has: a level, its field of the address and its table share one. */
final class WalkTones {
    private static final Tone[] LEVELS = {Tone.KERNEL, Tone.UNMANAGED, Tone.NESTED, Tone.BLOCKED, Tone.PLATFORM};

    private WalkTones() {}

    static Tone level(int index) {
        return LEVELS[index % LEVELS.length];
    }

    /** The last field is the offset. */
    static Tone field(WalkTrace trace, int index) {
        return index == trace.fields().size() - 1 ? Tone.IDENTITY : level(index);
    }

    static Tone verdict(WalkTrace.Verdict verdict) {
        return switch (verdict) {
            case WalkTrace.Verdict.Reached _ -> Tone.IDENTITY;
            case WalkTrace.Verdict.Untranslated _ -> Tone.PLATFORM;
            case WalkTrace.Verdict.Redirected _, WalkTrace.Verdict.Refused _ -> Tone.DANGER;
        };
    }

    /** The widest field of an entry leads on: to the next table, or to the page. */
    static Tone decoded(WalkTrace trace, int level, BitField field) {
        var fields = trace.levels().get(level).decoded();
        int widest = fields.stream().mapToInt(f -> f.high() - f.low()).max().orElse(0);
        if (field.high() - field.low() == widest) {
            return level + 1 < trace.levels().size() ? level(level + 1) : Tone.IDENTITY;
        }
        return field.low() == 0 ? Tone.UNMANAGED : field.value() == 0 ? Tone.PLATFORM : Tone.KERNEL;
    }
}
