package org.iommulab.app.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.iommulab.explore.breaks.Effect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MarkTest {
    /** Who sees no colours sees glyphs. */
    @Test
    void noTwoMarksHaveTheSameGlyph() {
        Stream<Mark.Glyph> glyphs = Arrays.stream(Mark.values()).map(Mark::glyph);
        assertThat(glyphs).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Effect.class)
    void everyEffectHasAMarkInTheSameWords(Effect effect) {
        assertThat(Mark.of(effect).word()).isEqualTo(effect.word());
        assertThat(Mark.of(effect).isLoud()).isEqualTo(effect.isBroken());
    }

    @Test
    void theOrderIsTheOneOfTheEffects() {
        assertThat(Arrays.stream(Effect.values()).map(Mark::of)).isSorted();
        assertThat(EnumSet.allOf(Mark.class)).hasSize(Effect.values().length + 1);
    }
}
