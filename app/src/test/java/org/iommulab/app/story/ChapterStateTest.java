package org.iommulab.app.story;

import static org.assertj.core.api.Assertions.assertThat;

import org.iommulab.scenario.Chapter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChapterStateTest {
    @ParameterizedTest
    @CsvSource({
        "10, 20, 0, 9, TO_COME",
        "10, 20, 0, 10, HERE",
        "10, 20, 0, 20, HERE",
        "10, 20, 0, 21, DONE",
        "10, 20, -EBUSY, 20, HERE",
        "10, 20, -EBUSY, 21, FAILED",
        "10, 9, not reached, 30, NEVER",
    })
    void standsAsSeenFromAStep(int first, int last, String result, int step, ChapterState state) {
        assertThat(ChapterState.of(new Chapter(0, "title", "", first, last, result), step))
                .isEqualTo(state);
    }
}
