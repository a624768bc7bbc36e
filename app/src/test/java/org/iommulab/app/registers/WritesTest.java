package org.iommulab.app.registers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.app.sample.SampleRun;
import org.iommulab.sim.Event;
import org.iommulab.sim.Recording;
import org.junit.jupiter.api.Test;

class WritesTest {
    private final Recording recording = new SampleRun().recording();
    private final Writes writes = Writes.of(recording);

    @Test
    void newestComesFirstAndNothingOfTheFuture() {
        for (int step = 0; step <= recording.length(); step++) {
            List<Integer> upTo = writes.upTo(step);
            int at = step;
            assertThat(upTo).isSortedAccordingTo((a, b) -> b - a).allMatch(s -> s <= at);
        }
        assertThat(writes.upTo(recording.length())).hasSize(7);
    }

    @Test
    void aRegisterWriteSaysWhatItMeans() {
        int step = recording.next(0, e -> e instanceof Event.RegisterWrite w && w.value() == 5);
        WriteText text = WriteText.of(recording.event(step), recording.machine());
        assertThat(text.name()).isEqualTo("MMU_CTRL");
        assertThat(text.value()).isEqualTo("0000 0005");
        assertThat(text.meaning()).isEqualTo("The unit is on: accesses are translated.");
        assertThat(text.place()).isEqualTo("12e20000.sysmmu");
    }
}
