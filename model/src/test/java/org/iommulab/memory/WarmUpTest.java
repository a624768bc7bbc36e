package org.iommulab.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void travelsAndComesBack() {
        var recording = WarmUp.run();
        assertThat(recording.length()).isEqualTo(20_000);
        assertThat(recording.changes()).isGreaterThan(39_000);
        assertThat(recording.machine().isLookingBack()).isFalse();
    }
}
