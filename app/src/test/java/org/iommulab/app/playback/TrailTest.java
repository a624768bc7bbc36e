package org.iommulab.app.playback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrailTest {
    private final Trail trail = new Trail(
            "harm", List.of(new Trail.Link(3, "first"), new Trail.Link(8, "second"), new Trail.Link(20, "third")));

    /** Before the first there is none before, behind the last none after; -1 stands for none. */
    @ParameterizedTest
    @CsvSource({"0, -1, -1, 3", "3, 0, -1, 8", "5, 0, 3, 8", "8, 1, 3, 20", "20, 2, 8, -1", "90, 2, 20, -1"})
    void oneGoesAlongItFromAnyStep(int step, int at, int before, int after) {
        assertThat(trail.at(step)).isEqualTo(at);
        assertThat(trail.before(step).orElse(-1)).isEqualTo(before);
        assertThat(trail.after(step).orElse(-1)).isEqualTo(after);
    }
}
