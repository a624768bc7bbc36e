package org.iommulab.app.matrix;

import org.iommulab.app.draw.Tone;
import org.iommulab.explore.breaks.Effect;

/** What a cell shows: a glyph and a colour, each effect its own pair; and a cell that nothing is known of yet. */
enum Mark {
    TO_COME(Glyph.NONE, Tone.SOFT, "to come"),
    NOT_THERE(Glyph.DOT, Tone.PANEL, Effect.NOT_THERE.word()),
    NEVER_CALLED(Glyph.DASH, Tone.SOFT, Effect.NEVER_CALLED.word()),
    NO_EFFECT(Glyph.RING, Tone.SOFT, Effect.NO_EFFECT.word()),
    SUSPICIOUS(Glyph.TRIANGLE, Tone.UNMANAGED, Effect.SUSPICIOUS.word()),
    WRONG_DATA(Glyph.LETTER_D, Tone.DANGER, Effect.WRONG_DATA.word()),
    WARN(Glyph.LETTER_W, Tone.UNMANAGED, Effect.WARN.word()),
    ERROR(Glyph.LETTER_E, Tone.BLOCKED, Effect.ERROR.word()),
    FAULT_STORM(Glyph.LETTER_F, Tone.DANGER, Effect.FAULT_STORM.word()),
    USE_AFTER_FREE(Glyph.LETTER_U, Tone.DANGER, Effect.USE_AFTER_FREE.word()),
    OOPS(Glyph.CROSS, Tone.DANGER, Effect.OOPS.word()),
    HANG(Glyph.BARS, Tone.DANGER, Effect.HANG.word());

    private final Glyph glyph;
    private final Tone fill;
    private final String word;

    Mark(Glyph glyph, Tone fill, String word) {
        this.glyph = glyph;
        this.fill = fill;
        this.word = word;
    }

    static Mark of(Effect effect) {
        return valueOf(effect.name());
    }

    Glyph glyph() {
        return glyph;
    }

    /** What the cell is filled with. */
    Tone fill() {
        return fill;
    }

    /** What the glyph is drawn in: it stands out from the fill in both themes. */
    Tone ink() {
        return isLoud() ? Tone.PANEL : Tone.MUTED;
    }

    /** Whether something went wrong there. */
    boolean isLoud() {
        return compareTo(NO_EFFECT) > 0;
    }

    String word() {
        return word;
    }

    /** The shape in the middle of a cell. Colours may be the same for two marks, a glyph never is. */
    enum Glyph {
        NONE(""),
        DOT(""),
        DASH(""),
        RING(""),
        TRIANGLE(""),
        LETTER_D("D"),
        LETTER_W("W"),
        LETTER_E("E"),
        LETTER_F("F"),
        LETTER_U("U"),
        CROSS(""),
        BARS("");

        private final String letter;

        Glyph(String letter) {
            this.letter = letter;
        }

        /** Empty for a shape that is drawn. */
        String letter() {
            return letter;
        }
    }
}
